import { isDeepStrictEqual } from 'node:util';
import type { EventBody } from '../session/events.ts';
import type { Emit } from '../session/ports.ts';

/** Passes on what is new: most changes of an object concern nothing that a session looks at. */
export interface FactFilter {
  /** Emits the fact unless the last one of that object was equal. */
  tell(kind: string, name: string, fact: EventBody): void;
  /** Emits that the object is gone, where that is a fact, if anything was told of it. */
  forget(kind: string, name: string, fact: EventBody | undefined): void;
}

export function createFactFilter(emit: Emit): FactFilter {
  const told = new Map<string, EventBody>();
  return {
    tell(kind, name, fact) {
      const key = `${kind}/${name}`;
      if (isDeepStrictEqual(told.get(key), fact)) return;
      told.set(key, fact);
      emit(fact);
    },
    forget(kind, name, fact) {
      if (told.delete(`${kind}/${name}`) && fact) emit(fact);
    },
  };
}
