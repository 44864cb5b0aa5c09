import { isMap } from '../schema/check-fields.ts';

type Fields = Record<string, unknown>;

/** An object with the values that Kubernetes fills in for the kinds that the sandbox acts on. Pure. */
export function withDefaults<T extends Readonly<Record<string, unknown>>>(object: T): T {
  const { spec } = object;
  if (!isMap(spec)) return object;
  const fill = FILLS[String(object.kind)];
  return fill ? { ...object, spec: fill(spec, object) } : object;
}

const FILLS: Readonly<Record<string, (spec: Fields, object: Readonly<Fields>) => Fields>> = {
  Pod: podSpec,
  Deployment: (spec) => ({
    ...withTemplate({
      ...{ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      ...spec,
      strategy: rolling(spec.strategy, { maxUnavailable: '25%', maxSurge: '25%' }),
    }),
  }),
  ReplicaSet: (spec) => withTemplate({ replicas: 1, ...spec }),
  StatefulSet: (spec) =>
    withTemplate({
      ...{ replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', serviceName: '' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
      updateStrategy: rolling(spec.updateStrategy, { partition: 0 }),
      ...(Array.isArray(spec.volumeClaimTemplates)
        ? { volumeClaimTemplates: spec.volumeClaimTemplates.map(claimTemplate) }
        : {}),
    }),
  DaemonSet: (spec) =>
    withTemplate({
      revisionHistoryLimit: 10,
      ...spec,
      updateStrategy: rolling(spec.updateStrategy, { maxUnavailable: 1, maxSurge: 0 }),
    }),
  Job: (spec, object) => jobSpec(spec, object),
  CronJob: (spec) => ({
    ...{ concurrencyPolicy: 'Allow', suspend: false },
    ...{ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
    ...spec,
    jobTemplate: { ...mapOf(spec.jobTemplate), spec: withTemplate(mapOf(mapOf(spec.jobTemplate).spec)) },
  }),
  Service: (spec) => ({
    ...{ type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' },
    ...{ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
    ...spec,
    ...(Array.isArray(spec.ports) ? { ports: spec.ports.map(servicePort) } : {}),
  }),
  PersistentVolumeClaim: (spec) => ({ volumeMode: 'Filesystem', storageClassName: 'standard', ...spec }),
};

function claimTemplate(given: unknown): Fields {
  const { spec, ...rest } = mapOf(given);
  const kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  return {
    ...kind,
    ...rest,
    spec: { volumeMode: 'Filesystem', ...mapOf(spec) },
    status: { phase: 'Pending' },
  };
}

/** How pods are replaced: step by step unless something else is asked for. */
function rolling(given: unknown, bounds: Fields): Fields {
  const { type = 'RollingUpdate', rollingUpdate, ...rest } = mapOf(given);
  if (type !== 'RollingUpdate') return { type, ...rest };
  return { type, rollingUpdate: { ...bounds, ...mapOf(rollingUpdate) } };
}

function jobSpec(spec: Fields, { metadata }: Readonly<Fields>): Fields {
  const uid = mapOf(metadata).uid;
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'controller-uid': uid };
  const own = {
    ...labels,
    'batch.kubernetes.io/job-name': mapOf(metadata).name,
    'job-name': mapOf(metadata).name,
  };
  const template = mapOf(spec.template);
  const meta = mapOf(template.metadata);
  const selected = spec.manualSelector === true || uid === undefined;
  return withTemplate({
    // Only together: a Job with a parallelism alone is a queue that its pods empty.
    ...(spec.parallelism === undefined ? { completions: 1 } : {}),
    ...{ parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false },
    ...{ podReplacementPolicy: 'TerminatingOrFailed', manualSelector: false },
    ...spec,
    selector: spec.selector ?? { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: selected
      ? template
      : { ...template, metadata: { ...meta, labels: { ...mapOf(meta.labels), ...own } } },
  });
}

function withTemplate(spec: Fields): Fields {
  const template = mapOf(spec.template);
  return isMap(template.spec) ? { ...spec, template: { ...template, spec: podSpec(template.spec) } } : spec;
}

function podSpec(spec: Fields): Fields {
  const containers = (list: unknown) => (Array.isArray(list) ? list.map(container) : list);
  return {
    ...{ restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst' },
    ...{ securityContext: {}, schedulerName: 'default-scheduler' },
    ...spec,
    ...(spec.containers === undefined ? {} : { containers: containers(spec.containers) }),
    ...(spec.initContainers === undefined ? {} : { initContainers: containers(spec.initContainers) }),
    ...(Array.isArray(spec.volumes) ? { volumes: spec.volumes.map(volume) } : {}),
  };
}

function container(given: unknown): unknown {
  if (!isMap(given)) return given;
  const { image = '' } = given as { image?: string };
  const isLatest = !/:[^/]+$/.test(image) || image.endsWith(':latest');
  const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((name) =>
    isMap(given[name]) ? [[name, probe(given[name])]] : [],
  );
  return {
    ...{ resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
    imagePullPolicy: isLatest && !image.includes('@') ? 'Always' : 'IfNotPresent',
    ...given,
    ...Object.fromEntries(probes),
    ...(Array.isArray(given.ports)
      ? { ports: given.ports.map((port) => ({ protocol: 'TCP', ...mapOf(port) })) }
      : {}),
  };
}

function probe(given: Fields): Fields {
  const http = isMap(given.httpGet) ? { httpGet: { path: '/', scheme: 'HTTP', ...given.httpGet } } : {};
  return {
    ...{ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    ...given,
    ...http,
  };
}

/** Files of a volume may be read by all. */
const MODE = 0o644;

function volume(given: unknown): unknown {
  if (!isMap(given)) return given;
  const filled = ['configMap', 'secret', 'projected', 'downwardAPI'].flatMap((name) =>
    isMap(given[name]) ? [[name, { defaultMode: MODE, ...given[name] }]] : [],
  );
  return { ...given, ...Object.fromEntries(filled) };
}

function servicePort(given: unknown): unknown {
  const port = mapOf(given);
  return { protocol: 'TCP', ...port, targetPort: port.targetPort ?? port.port };
}

const mapOf = (value: unknown): Fields => (isMap(value) ? value : {});
