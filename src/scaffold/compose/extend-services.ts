import { posix } from 'node:path';
import type { Value } from './compose-value.ts';
import { mergeValues } from './merge-values.ts';
import type { Notes } from './notes.ts';

type Services = ReadonlyMap<string, Value>;

/** Reads another compose file, whose problems are noted; undefined when it is not there. */
export type OpenFile = (file: string) => Value | undefined;

/** Services with what they extend, in the same file or in another one of the project. Pure but for the notes. */
export function extendServices(services: Services, open: OpenFile, notes: Notes): Services {
  const extend = (name: string, value: Value, from: Services, chain: readonly string[]): Value => {
    const wish = value.map?.get('extends');
    if (!wish) return value;
    const file = otherFile(wish);
    const base = wish.text ?? wish.map?.get('service')?.text ?? '';
    const there = file === undefined ? from : (open(file)?.map?.get('services')?.map ?? undefined);
    if (!there) {
      notes.leave(wish.at, `${name}: what it extends in ${file} is not there, so it is missing`);
      return without(value);
    }
    const found = there.get(base);
    const link = `${file ?? wish.at.file} ${base}`;
    if (!found || chain.includes(link)) {
      const why = found ? 'extends itself' : `extends "${base}", which is not there`;
      notes.fail(wish.at, `services.${name} ${why}`);
      return without(value);
    }
    return mergeValues(without(extend(base, found, there, [...chain, link])), without(value));
  };
  return new Map(
    [...services].map(([name, value]) => [name, extend(name, value, services, [`${value.at.file} ${name}`])]),
  );
}

/** Relative to the project; undefined for the same file. */
function otherFile({ at, map }: Value): string | undefined {
  const file = map?.get('file')?.text;
  const path = file === undefined ? at.file : posix.join(posix.dirname(at.file), file);
  return path === posix.normalize(at.file) ? undefined : path;
}

/** `extends` is done with. */
function without({ at, map }: Value): Value {
  return { at, map: new Map([...(map ?? [])].filter(([key]) => key !== 'extends')) };
}
