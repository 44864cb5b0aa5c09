import type { Kind } from '../api/kinds.ts';
import { seconds } from '../api/objects/prepare.ts';
import type { Store } from '../api/objects/store.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import type { Registry } from '../api/registry.ts';
import type { Background, Tools } from './controller.ts';
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS } from './objects.ts';

/** Gives each namespace what every one has, and empties those that end before they are gone. */
export function createNamespaceController(
  store: Store,
  registry: Registry,
  tools: Tools,
  /** PEM of who signed the API's certificate */
  certificate: string,
): Background {
  return {
    listen(add) {
      for (const { metadata } of store.list(NAMESPACES)) add(metadata.name);
      return store.watchAll(({ object }) => {
        if (object.kind === 'Namespace') add(object.metadata.name);
        const { namespace } = object.metadata;
        if (namespace !== undefined) add(namespace);
      });
    },
    sync(name) {
      const namespace = store.get(NAMESPACES, '', name);
      if (!namespace) return undefined;
      if (namespace.metadata.deletionTimestamp === undefined) furnish(tools, name, certificate);
      else empty(store, registry, tools, namespace);
      return undefined;
    },
  };
}

const ROOT = 'kube-root-ca.crt';
const ABOUT_ROOT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

function furnish({ objects }: Tools, name: string, certificate: string): void {
  if (!objects.get(SERVICE_ACCOUNTS, name, 'default'))
    objects.create(SERVICE_ACCOUNTS, name, { metadata: { name: 'default' } });
  if (objects.get(CONFIG_MAPS, name, ROOT)) return;
  const annotations = { 'kubernetes.io/description': ABOUT_ROOT };
  objects.create(CONFIG_MAPS, name, {
    metadata: { name: ROOT, annotations },
    data: { 'ca.crt': certificate },
  });
}

function empty(store: Store, registry: Registry, { objects, now }: Tools, namespace: StoredObject): void {
  const { name } = namespace.metadata;
  const kinds = registry.all().filter((kind) => kind.namespaced);
  for (const kind of kinds) {
    const going = store.list(kind, name).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    for (const object of going) objects.delete(kind, object, undefined, 'Background');
  }
  const left = kinds.flatMap((kind) => store.list(kind, name).map((object) => ({ kind, object })));
  if (left.length === 0) {
    store.remove(NAMESPACES, namespace);
    return;
  }
  const conditions = remaining(left, namespace, seconds(new Date(now())));
  objects.updateStatus(NAMESPACES, { ...namespace, status: { phase: 'Terminating', conditions } });
}

interface Left {
  readonly kind: Kind;
  readonly object: StoredObject;
}

/** What keeps a namespace, in the words of pkg/controller/namespace/deletion. Pure. */
function remaining(
  left: readonly Left[],
  namespace: StoredObject,
  at: string,
): readonly Record<string, string>[] {
  const kinds = counted(
    left.map(({ kind }) => (kind.group === '' ? `${kind.plural}.` : `${kind.plural}.${kind.group}`)),
  );
  const finalizers = counted(left.flatMap(({ object }) => [...(object.metadata.finalizers ?? [])]));
  const known = (namespace.status as { conditions?: Record<string, string>[] } | undefined)?.conditions ?? [];
  const told = (type: string, reason: string, message: string) => {
    const lastTransitionTime = known.find((condition) => condition.type === type)?.lastTransitionTime ?? at;
    return { type, status: 'True', reason, message, lastTransitionTime };
  };
  const content = `Some resources are remaining: ${kinds.map(([kind, count]) => `${kind} has ${count} resource instances`).join(', ')}`;
  const kept = `Some content in the namespace has finalizers remaining: ${finalizers.map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).join(', ')}`;
  return [
    told('NamespaceContentRemaining', 'SomeResourcesRemain', content),
    ...(finalizers.length > 0 ? [told('NamespaceFinalizersRemaining', 'SomeFinalizersRemain', kept)] : []),
  ];
}

function counted(names: readonly string[]): readonly (readonly [string, number])[] {
  return [...new Set(names)].sort().map((name) => [name, names.filter((other) => other === name).length]);
}
