import type { OneCluster } from './two-clusters.ts';

const KINDS = [
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions', 'jobs', 'cronjobs'],
  ...['endpoints', 'endpointslices', 'persistentvolumeclaims', 'serviceaccounts', 'pods'],
];

/** Fields that may differ wherever they are. */
const FREE = new Set([
  ...['uid', 'resourceVersion', 'managedFields', 'creationTimestamp', 'generateName'],
  // Which template a DaemonSet's pod is of is told by controller-revision-hash.
  ...['deprecated.daemonset.template.generation', 'pod-template-generation'],
  // Measured by nobody here.
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

// biome-ignore lint/suspicious/noExplicitAny: any object of a cluster
type Any = any;

/** All that controllers made in the namespace, without what may differ between two clusters, and sorted. */
export async function objectsIn(cluster: OneCluster): Promise<string[]> {
  const { items } = JSON.parse(await cluster.kubectl('get', KINDS.join(','), '-o', 'json'));
  const kept = items.map((object: Any) => JSON.stringify(strip(essential(object)), undefined, 1));
  return kept.map((text: string) => withoutChance(text, cluster)).sort();
}

/** The Events about what controllers do, each once. */
export async function eventsIn(cluster: OneCluster): Promise<string[]> {
  const { items } = JSON.parse(await cluster.kubectl('get', 'events', '-o', 'json'));
  const told = items
    .filter(isOfControllers)
    .map(
      ({ type, reason, involvedObject, message, source, reportingComponent }: Any) =>
        `${type} ${reason} ${involvedObject.kind}: ${message} (${source?.component ?? reportingComponent})`,
    );
  return [...new Set<string>(told.map((text: string) => withoutChance(text, cluster)))].sort();
}

/** Not the kubelet's, nor those of a provisioner that is a program of its own, nor of a pod whose volume comes in a moment. */
function isOfControllers({ reason, involvedObject, source, reportingComponent }: Any): boolean {
  const component = source?.component ?? reportingComponent;
  const isPassing = reason === 'FailedScheduling' && involvedObject.name.startsWith('db-');
  const isProvisioning = /^(Provisioning|ProvisioningSucceeded|ExternalProvisioning)$/.test(reason);
  return component !== 'kubelet' && !isPassing && !isProvisioning;
}

/** Of a pod what its controller made of it; of a slice not how often it changed. */
function essential(object: Any): Any {
  if (object.kind === 'EndpointSlice') delete object.metadata.generation;
  if (object.kind === 'CronJob') delete object.spec.jobTemplate;
  if (object.kind !== 'Pod') return object;
  const { hostname, subdomain, nodeName, volumes } = object.spec;
  const own = volumes?.filter(({ name }: Any) => !name.startsWith('kube-api-access'));
  const scheduled = object.status.conditions?.find(({ type }: Any) => type === 'PodScheduled');
  const { status, reason, message } = scheduled ?? {};
  return {
    ...object,
    spec: { hostname, subdomain, nodeName, volumes: own?.length ? own : undefined },
    status: { status, reason, message },
  };
}

function strip(value: Any): Any {
  if (Array.isArray(value)) {
    const list = value.map(strip);
    return list.every((item) => item?.type && item?.status)
      ? list.sort((a, b) => (a.type < b.type ? -1 : 1))
      : list;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key]) => !FREE.has(key));
  const kept = entries.map(([key, item]) => [key, strip(item)]);
  const filled = kept.filter(([, item]) => !isEmpty(item));
  return Object.fromEntries(filled.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** Names that end by chance, times and addresses. */
function withoutChance(text: string, { namespace }: OneCluster): string {
  return text
    .replaceAll(namespace, 'NAMESPACE')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replace(/\b(web|fresh|stuck|db|many|agent)-[a-z0-9]{8,10}\b/g, '$1-HASH')
    .replace(/"([\w./-]*hash)": "[a-z0-9]{8,10}"/g, '"$1": "HASH"')
    .replace(/\b((?:web|fresh|stuck)(?:-HASH)?|agent|once|twice-[01]|bad)-[a-z0-9]{5}\b/g, '$1-RANDOM')
    .replace(/\b(10|127)(\.\d+){3}\b/g, 'ADDRESS')
    .replace(/k8s\.io\/minikube-hostpath|rockpool\.dev\/sandbox-folder/g, 'PROVISIONER')
    .replace(/\b(minikube|sandbox)\b/g, 'NODE');
}
