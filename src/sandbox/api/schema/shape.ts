import kubernetes from '../../../../schema/kubernetes.json' with { type: 'json' };

const TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = kubernetes;

/** How a part of an object is put together, and so how patches merge it. */
export type Shape =
  | { readonly is: 'scalar'; readonly type: 'string' | 'number' | 'boolean' | 'IntOrString' }
  /** fields by name; an unknown one has no shape */
  | { readonly is: 'struct'; readonly type: string; readonly atomic: boolean }
  | { readonly is: 'map'; readonly item: Shape; readonly atomic: boolean }
  /** `keys`: items are told apart by these fields; `set`: by themselves; else the list is one value */
  | {
      readonly is: 'list';
      readonly item: Shape;
      readonly keys?: readonly string[];
      readonly set?: true;
    }
  /** nobody knows: maps merge, lists are one value */
  | { readonly is: 'any' };

/**
 * Lists that merge, by type and field: x-kubernetes-list-map-keys of Kubernetes' OpenAPI. Strategic merge patches go by
 * the first key. All others are one value.
 */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'V1PodSpec.containers': ['name'],
  'V1PodSpec.initContainers': ['name'],
  'V1PodSpec.ephemeralContainers': ['name'],
  'V1PodSpec.volumes': ['name'],
  'V1PodSpec.imagePullSecrets': ['name'],
  'V1PodSpec.hostAliases': ['ip'],
  'V1PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'V1PodSpec.resourceClaims': ['name'],
  'V1PodSpec.schedulingGates': ['name'],
  'V1Container.env': ['name'],
  'V1Container.ports': ['containerPort', 'protocol'],
  'V1Container.volumeMounts': ['mountPath'],
  'V1Container.volumeDevices': ['devicePath'],
  'V1EphemeralContainer.env': ['name'],
  'V1EphemeralContainer.ports': ['containerPort', 'protocol'],
  'V1EphemeralContainer.volumeMounts': ['mountPath'],
  'V1EphemeralContainer.volumeDevices': ['devicePath'],
  'V1ServiceSpec.ports': ['port', 'protocol'],
  'V1ObjectMeta.ownerReferences': ['uid'],
  'V1ServiceAccount.secrets': ['name'],
  'V1ServiceAccount.imagePullSecrets': ['name'],
  'V1NodeStatus.addresses': ['type'],
  'V1NodeSpec.taints': ['key', 'effect'],
  'V1PodStatus.podIPs': ['ip'],
  'V1PodStatus.hostIPs': ['ip'],
};

/** Lists of scalars that merge (x-kubernetes-list-type: set). */
const SETS = new Set(['V1ObjectMeta.finalizers', 'V1NodeSpec.podCIDRs']);

/** Structs and maps that are one value (x-kubernetes-map-type: atomic). */
const ATOMIC = new Set([
  'V1LabelSelector',
  'V1ObjectReference',
  'V1LocalObjectReference',
  'V1TypedLocalObjectReference',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1SecretReference',
  'V1CrossVersionObjectReference',
  'V1PodSpec.nodeSelector',
  'V1ServiceSpec.selector',
]);

const any: Shape = { is: 'any' };

/** The shape of a whole object of a type in schema/kubernetes.json; of a custom resource nobody knows it. Pure. */
export function rootShape(schema: string | undefined): Shape {
  return schema !== undefined && TYPES[schema] ? { is: 'struct', type: schema, atomic: false } : any;
}

/** The shape of a field; undefined: there is no such field. Pure. */
export function fieldShape(shape: Shape, field: string): Shape | undefined {
  if (shape.is === 'map') return shape.item;
  if (shape.is !== 'struct') return any;
  const type = TYPES[shape.type]?.[field];
  return type === undefined ? undefined : shapeOf(type, `${shape.type}.${field}`);
}

function shapeOf(type: string, place: string): Shape {
  if (type.endsWith('[]')) {
    const item = shapeOf(type.slice(0, -2), '');
    const keys = KEYS[place] ?? (place.endsWith('.conditions') ? ['type'] : undefined);
    if (keys) return { is: 'list', item, keys };
    return SETS.has(place) ? { is: 'list', item, set: true } : { is: 'list', item };
  }
  if (type.startsWith('{')) {
    return { is: 'map', item: shapeOf(type.slice(1, -1), ''), atomic: ATOMIC.has(place) };
  }
  if (TYPES[type]) return { is: 'struct', type, atomic: ATOMIC.has(type) };
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'IntOrString')
    return { is: 'scalar', type };
  return any;
}
