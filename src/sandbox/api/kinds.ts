/** A kind of objects that the sandbox serves. */
export interface Kind {
  /** empty: the core group */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** its type in schema/kubernetes.json; absent for custom resources */
  readonly schema?: string;
  /** shown by `kubectl get all` */
  readonly inAll: boolean;
  readonly subresources: readonly ('status' | 'scale')[];
  /** whether anything in the sandbox acts on it; what does not is stored, served, and said to have no effect */
  readonly acted: boolean;
}

type Row = readonly [group: string, version: string, kind: string, plural: string, marks: string];

/**
 * Marks: n namespaced, a in `all`, s status, c scale, x acted on; short names behind a colon. The names are those of
 * `kubectl api-resources` of Kubernetes 1.36.
 */
const ROWS: readonly Row[] = [
  ['', 'v1', 'Namespace', 'namespaces', 'sx:ns'],
  ['', 'v1', 'Node', 'nodes', 'sx:no'],
  ['', 'v1', 'Pod', 'pods', 'nasx:po'],
  ['', 'v1', 'Service', 'services', 'nasx:svc'],
  ['', 'v1', 'Endpoints', 'endpoints', 'nx:ep'],
  ['', 'v1', 'ConfigMap', 'configmaps', 'nx:cm'],
  ['', 'v1', 'Secret', 'secrets', 'nx'],
  ['', 'v1', 'Event', 'events', 'nx:ev'],
  ['', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'nsx:pvc'],
  ['', 'v1', 'PersistentVolume', 'persistentvolumes', 'sx:pv'],
  ['', 'v1', 'ServiceAccount', 'serviceaccounts', 'nx:sa'],
  ['', 'v1', 'ResourceQuota', 'resourcequotas', 'ns:quota'],
  ['', 'v1', 'LimitRange', 'limitranges', 'n:limits'],
  ['', 'v1', 'ReplicationController', 'replicationcontrollers', 'nasc:rc'],
  ['apps', 'v1', 'Deployment', 'deployments', 'nascx:deploy'],
  ['apps', 'v1', 'ReplicaSet', 'replicasets', 'nascx:rs'],
  ['apps', 'v1', 'StatefulSet', 'statefulsets', 'nascx:sts'],
  ['apps', 'v1', 'DaemonSet', 'daemonsets', 'nasx:ds'],
  ['apps', 'v1', 'ControllerRevision', 'controllerrevisions', 'nx'],
  ['batch', 'v1', 'Job', 'jobs', 'nasx'],
  ['batch', 'v1', 'CronJob', 'cronjobs', 'nasx:cj'],
  ['discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', 'nx'],
  ['networking.k8s.io', 'v1', 'Ingress', 'ingresses', 'nsx:ing'],
  ['networking.k8s.io', 'v1', 'IngressClass', 'ingressclasses', ''],
  ['networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', 'n:netpol'],
  ['coordination.k8s.io', 'v1', 'Lease', 'leases', 'nx'],
  ['policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'ns:pdb'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'nas:hpa'],
  ['storage.k8s.io', 'v1', 'StorageClass', 'storageclasses', 'x:sc'],
  ['rbac.authorization.k8s.io', 'v1', 'Role', 'roles', 'n'],
  ['rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings', 'n'],
  ['rbac.authorization.k8s.io', 'v1', 'ClusterRole', 'clusterroles', ''],
  ['rbac.authorization.k8s.io', 'v1', 'ClusterRoleBinding', 'clusterrolebindings', ''],
  ['scheduling.k8s.io', 'v1', 'PriorityClass', 'priorityclasses', ':pc'],
  ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'sx:crd'],
];

/** The kinds that are there before any CustomResourceDefinition. */
export const builtinKinds: readonly Kind[] = ROWS.map(([group, version, kind, plural, marks]) => {
  const [flags = '', short] = marks.split(':');
  return {
    ...{ group, version, kind, plural, schema: schemaName(version, kind) },
    shortNames: short === undefined ? [] : [short],
    namespaced: flags.includes('n'),
    inAll: flags.includes('a'),
    subresources: [
      ...(flags.includes('s') ? (['status'] as const) : []),
      ...(flags.includes('c') ? (['scale'] as const) : []),
    ],
    acted: flags.includes('x'),
  };
});

/** Two kinds have names of their own in client-node's models. */
function schemaName(version: string, kind: string): string {
  return kind === 'Event' ? 'CoreV1Event' : `${version.toUpperCase()}${kind}`;
}

/** `apps/v1`, or `v1` of the core group. Pure. */
export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What tells one kind of objects from all others: `apps/deployments`. Pure. */
export function kindKey({ group, plural }: Pick<Kind, 'group' | 'plural'>): string {
  return `${group}/${plural}`;
}

/** One of the kinds that are always there. Throws for any other: that is a mistake in the program. Pure. */
export function builtinKind(group: string, plural: string): Kind {
  const found = builtinKinds.find((kind) => kind.group === group && kind.plural === plural);
  if (!found) throw new Error(`no built-in kind ${kindKey({ group, plural })}`);
  return found;
}
