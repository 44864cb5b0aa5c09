import { builtinKinds, type Kind } from './kinds.ts';
import type { Store } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { isMap } from './schema/check-fields.ts';

/** The kinds that are served: those that are built in, and those that CustomResourceDefinitions add. */
export interface Registry {
  all(): readonly Kind[];
  find(group: string, version: string, plural: string): Kind | undefined;
  byKind(apiVersion: string, kind: string): Kind | undefined;
}

const CRDS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };

export function createRegistry(store: Pick<Store, 'list'>): Registry {
  const all = () => [...builtinKinds, ...store.list(CRDS).flatMap(kindsOf)];
  return {
    all,
    find: (group, version, plural) =>
      all().find((kind) => kind.group === group && kind.version === version && kind.plural === plural),
    byKind(apiVersion, name) {
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      return all().find((kind) => kind.group === group && kind.version === version && kind.kind === name);
    },
  };
}

/** A kind for each served version of a CustomResourceDefinition. */
function kindsOf({ spec }: StoredObject): readonly Kind[] {
  if (!isMap(spec) || !isMap(spec.names) || !Array.isArray(spec.versions)) return [];
  const { group, names, scope, versions } = spec as {
    group: string;
    scope: string;
    names: { kind: string; plural: string; shortNames?: string[]; categories?: string[] };
    versions: { name: string; served: boolean; subresources?: Record<string, unknown> }[];
  };
  return versions
    .filter(({ served }) => served)
    .map(({ name, subresources = {} }) => ({
      ...{ group, version: name, kind: names.kind, plural: names.plural },
      shortNames: names.shortNames ?? [],
      namespaced: scope === 'Namespaced',
      inAll: names.categories?.includes('all') ?? false,
      subresources: (['status'] as const).filter((sub) => sub in subresources),
      acted: false,
    }));
}
