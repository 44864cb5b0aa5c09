import type { V1Deployment, V1Job, V1Node, V1Pod, V1Service } from '@kubernetes/client-node';
import type { Wire } from '../../../kube/kube-object.ts';
import type { Kind } from '../kinds.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { isMap } from '../schema/check-fields.ts';
import { humanAge } from './human-age.ts';
import { podWords } from './pod-words.ts';

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer';
  /** shown with `-o wide` only */
  readonly wide: boolean;
  cell(object: StoredObject, now: number): unknown;
}

type Cell = (object: never, now: number) => unknown;
type Row = readonly [name: string, cell: Cell, wide?: 'wide'];

/** The columns of a kind, as the printers of Kubernetes 1.36 have them (pkg/printers/internalversion). Pure. */
export function columnsOf({ group, kind }: Kind): readonly Column[] {
  const rows = COLUMNS[`${group}/${kind}`] ?? [];
  const all: readonly Row[] = [
    ['Name', nameOf],
    ...rows.filter(([, , wide]) => !wide),
    ['Age', age],
    ...rows.filter(([, , wide]) => wide),
  ];
  // Events begin with when they were.
  const order = kind === 'Event' ? rows : all;
  return order.map(([name, cell, wide]) => ({
    ...{
      name,
      type: NUMBERS.has(name) ? ('integer' as const) : ('string' as const),
      wide: wide !== undefined,
    },
    cell: cell as Column['cell'],
  }));
}

const NUMBERS: ReadonlySet<string> = new Set([
  'Up-to-date',
  'Available',
  'Desired',
  'Current',
  'Ready (count)',
  'Data',
  'Active',
  'Secrets',
]);

const nameOf = ({ metadata }: StoredObject) => metadata.name;
const age = ({ metadata }: StoredObject, now: number) => since(metadata.creationTimestamp, now);

function since(time: unknown, now: number): string {
  const at = Date.parse(String(time));
  return Number.isNaN(at) ? '<unknown>' : humanAge(now - at);
}

type Workload = Wire<V1Deployment>;

const template = ({ spec }: Workload) => spec?.template.spec?.containers ?? [];
const containerNames = (object: Workload) =>
  template(object)
    .map(({ name }) => name)
    .join(',');
const imageNames = (object: Workload) =>
  template(object)
    .map(({ image }) => image)
    .join(',');
const selectorText = ({ spec }: Workload) =>
  Object.entries(spec?.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>';
const workload = [
  ['Containers', containerNames, 'wide'],
  ['Images', imageNames, 'wide'],
  ['Selector', selectorText, 'wide'],
] as const satisfies readonly Row[];

const status = (field: string) => (object: StoredObject) =>
  isMap(object.status) ? (object.status[field] ?? 0) : 0;
const spec = (field: string) => (object: StoredObject) =>
  isMap(object.spec) ? object.spec[field] : undefined;
const count = (field: string) => (object: StoredObject) =>
  Object.keys((object[field] as object | undefined) ?? {}).length;
const readyOf = ({ spec: wanted, status: is }: Workload) =>
  `${is?.readyReplicas ?? 0}/${wanted?.replicas ?? 0}`;

const COLUMNS: Readonly<Record<string, readonly Row[]>> = {
  '/Pod': [
    ['Ready', (pod: Wire<V1Pod>) => podWords(pod).ready],
    ['Status', (pod: Wire<V1Pod>) => podWords(pod).status],
    ['Restarts', restarts],
    ['IP', ({ status: is }: Wire<V1Pod>) => is?.podIP ?? '<none>', 'wide'],
    ['Node', ({ spec: wanted }: Wire<V1Pod>) => wanted?.nodeName ?? '<none>', 'wide'],
    ['Nominated Node', () => '<none>', 'wide'],
    ['Readiness Gates', () => '<none>', 'wide'],
  ],
  'apps/Deployment': [
    ['Ready', readyOf],
    ['Up-to-date', status('updatedReplicas')],
    ['Available', status('availableReplicas')],
    ...workload,
  ],
  'apps/ReplicaSet': [
    ['Desired', spec('replicas')],
    ['Current', status('replicas')],
    ['Ready', status('readyReplicas')],
    ...workload,
  ],
  'apps/StatefulSet': [['Ready', readyOf], ...workload.slice(0, 2)],
  'apps/DaemonSet': [
    ['Desired', status('desiredNumberScheduled')],
    ['Current', status('currentNumberScheduled')],
    ['Ready', status('numberReady')],
    ['Up-to-date', status('updatedNumberScheduled')],
    ['Available', status('numberAvailable')],
    ['Node Selector', () => '<none>'],
    ...workload,
  ],
  'batch/Job': [['Status', jobStatus], ['Completions', completions], ['Duration', duration], ...workload],
  'batch/CronJob': [
    ['Schedule', spec('schedule')],
    ['Timezone', (object: StoredObject) => spec('timeZone')(object) ?? '<none>'],
    ['Suspend', (object: StoredObject) => String(spec('suspend')(object) ?? false)],
    [
      'Active',
      (object: StoredObject) =>
        isMap(object.status) && Array.isArray(object.status.active) ? object.status.active.length : 0,
    ],
    [
      'Last Schedule',
      (object: StoredObject, now) =>
        isMap(object.status) && object.status.lastScheduleTime
          ? since(object.status.lastScheduleTime, now)
          : '<none>',
    ],
  ],
  '/Service': [
    ['Type', spec('type')],
    ['Cluster-IP', spec('clusterIP')],
    ['External-IP', () => '<none>'],
    [
      'Port(s)',
      ({ spec: wanted }: Wire<V1Service>) =>
        (wanted?.ports ?? [])
          .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
          .join(',') || '<none>',
    ],
    [
      'Selector',
      (object: StoredObject) =>
        Object.entries((spec('selector')(object) as object | undefined) ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(',') || '<none>',
      'wide',
    ],
  ],
  '/Namespace': [['Status', status('phase')]],
  '/ConfigMap': [['Data', count('data')]],
  '/Secret': [
    ['Type', ({ type }: StoredObject) => type],
    ['Data', count('data')],
  ],
  '/ServiceAccount': [['Secrets', () => 0]],
  '/Node': [
    [
      'Status',
      ({ status: is }: Wire<V1Node>) =>
        is?.conditions?.some(({ type, status: on }) => type === 'Ready' && on === 'True')
          ? 'Ready'
          : 'NotReady',
    ],
    ['Roles', () => 'control-plane'],
    ['Version', ({ status: is }: Wire<V1Node>) => is?.nodeInfo?.kubeletVersion],
  ],
  '/PersistentVolumeClaim': [
    ['Status', status('phase')],
    ['Volume', (object: StoredObject) => spec('volumeName')(object) ?? ''],
    [
      'Capacity',
      (object: StoredObject) =>
        isMap(object.status) && isMap(object.status.capacity) ? object.status.capacity.storage : '',
    ],
    [
      'Access Modes',
      (object: StoredObject) =>
        ((spec('accessModes')(object) as string[] | undefined) ?? [])
          .map((mode) => mode.replace(/[^A-Z]/g, ''))
          .join(','),
    ],
    ['StorageClass', (object: StoredObject) => spec('storageClassName')(object) ?? ''],
  ],
  '/Event': [
    [
      'Last Seen',
      (event: StoredObject, now) =>
        since(event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp, now),
    ],
    ['Type', ({ type }: StoredObject) => type],
    ['Reason', ({ reason }: StoredObject) => reason],
    [
      'Object',
      ({ involvedObject: about }: StoredObject) =>
        isMap(about) ? `${String(about.kind).toLowerCase()}/${about.name}` : '',
    ],
    ['Message', ({ message }: StoredObject) => message],
  ],
};

function restarts(pod: Wire<V1Pod>, now: number): string {
  const { restarts: times, lastRestart } = podWords(pod);
  return lastRestart === undefined ? String(times) : `${times} (${since(lastRestart, now)} ago)`;
}

function jobStatus({ status: is, spec: wanted }: Wire<V1Job>): string {
  const on = (type: string) =>
    is?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  if (on('Complete')) return 'Complete';
  if (on('Failed')) return 'Failed';
  return wanted?.suspend ? 'Suspended' : 'Running';
}

function completions({ status: is, spec: wanted }: Wire<V1Job>): string {
  return `${is?.succeeded ?? 0}/${wanted?.completions ?? 1}`;
}

function duration({ status: is }: Wire<V1Job>, now: number): string {
  if (!is?.startTime) return '';
  return humanAge(
    (is.completionTime ? Date.parse(String(is.completionTime)) : now) - Date.parse(String(is.startTime)),
  );
}
