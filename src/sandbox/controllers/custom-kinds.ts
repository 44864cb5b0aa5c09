import { builtinKind } from '../api/kinds.ts';
import { seconds } from '../api/objects/prepare.ts';
import type { Store } from '../api/objects/store.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import type { Controller, Tools } from './controller.ts';

const DEFINITIONS = builtinKind('apiextensions.k8s.io', 'customresourcedefinitions');

interface Definition extends StoredObject {
  readonly spec?: {
    readonly names?: Readonly<Record<string, unknown>>;
    readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly unknown[] };
}

/** Says of a custom kind that it is served, and takes its objects away when it is not any more. */
export function createCustomKindController(store: Store, { objects, now }: Tools): Controller {
  return {
    kind: DEFINITIONS,
    sync({ name }) {
      const definition = objects.get<Definition>(DEFINITIONS, '', name);
      if (!definition) {
        const [plural = '', ...group] = name.split('.');
        const kind = { group: group.join('.'), plural };
        for (const object of store.list(kind)) store.remove(kind, object);
      } else if (!definition.status?.conditions) {
        const status = servedStatus(definition, seconds(new Date(now())));
        objects.updateStatus(DEFINITIONS, { ...definition, status });
      }
      return undefined;
    },
  };
}

/** Pure. */
function servedStatus({ spec }: Definition, lastTransitionTime: string) {
  const told = (type: string, reason: string, message: string) => ({
    ...{ type, status: 'True', reason, message, lastTransitionTime },
  });
  return {
    acceptedNames: spec?.names,
    storedVersions: spec?.versions?.filter(({ storage }) => storage).map(({ name }) => name),
    conditions: [
      told('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      told('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
  };
}
