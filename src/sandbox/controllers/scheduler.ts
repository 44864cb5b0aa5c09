import { seconds } from '../api/objects/prepare.ts';
import { type Controller, keyOf, type Tools } from './controller.ts';
import {
  NODES,
  type Node,
  PERSISTENT_VOLUME_CLAIMS,
  type PersistentVolumeClaim,
  PODS,
  type Pod,
} from './objects.ts';
import { isActive } from './pod-state.ts';
import { refusalOf } from './scheduling/refusal-of.ts';

/** Puts pods on the one node, or says why they cannot be there. */
export function createScheduler(tools: Tools): Controller {
  const { objects } = tools;
  const waiting = () => objects.list<Pod>(PODS).filter(isWaiting).map(keyOf);
  return {
    kind: PODS,
    concerns: [NODES, PERSISTENT_VOLUME_CLAIMS, PODS].map((kind) => ({ kind, keysOf: waiting })),
    sync({ namespace, name }) {
      const pod = objects.get<Pod>(PODS, namespace, name);
      if (!pod || !isWaiting(pod)) return undefined;
      if ((pod.spec?.schedulingGates ?? []).length > 0) {
        block(tools, pod);
        return undefined;
      }
      const [node] = objects.list<Node>(NODES);
      const claims = objects.list<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, namespace);
      const refusal = refusalOf(pod, { node, pods: objects.list<Pod>(PODS), claims });
      if (refusal !== undefined) refuse(tools, pod, refusal);
      else if (node) bind(tools, pod, node);
      return undefined;
    },
  };
}

function isWaiting(pod: Pod): boolean {
  const { nodeName, schedulerName } = pod.spec ?? {};
  return nodeName === undefined && schedulerName === 'default-scheduler' && isActive(pod);
}

/** Somebody wants to be asked first. */
function block(tools: Tools, pod: Pod): void {
  if (scheduledOf(pod)?.reason === 'SchedulingGated') return;
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  tell(tools, pod, { status: 'False', reason: 'SchedulingGated', message });
}

function refuse(tools: Tools, pod: Pod, message: string): void {
  if (scheduledOf(pod)?.message === message) return;
  tell(tools, pod, { status: 'False', reason: 'Unschedulable', message });
  tools.record(pod, 'Warning', 'FailedScheduling', message);
}

function bind(tools: Tools, pod: Pod, { metadata: { name: nodeName } }: Node): void {
  const { namespace, name } = keyOf(pod);
  // First what is told, then what the kubelet acts on: it writes this status from then on.
  const told = tell(tools, pod, { status: 'True' });
  tools.objects.patch(PODS, told, { spec: { nodeName } });
  tools.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`);
}

function scheduledOf({ status }: Pod) {
  return status?.conditions?.find(({ type }) => type === 'PodScheduled');
}

interface Told {
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function tell({ objects, now }: Tools, pod: Pod, told: Told): Pod {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const condition = {
    ...{ type: 'PodScheduled', ...told },
    ...{ lastProbeTime: null, lastTransitionTime: seconds(new Date(now())) },
  };
  const status = { ...pod.status, conditions: [...others, condition] };
  return objects.updateStatus(PODS, { ...pod, status } as Pod);
}
