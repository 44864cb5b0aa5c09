import type { Node, PersistentVolumeClaim, Pod } from '../objects.ts';
import { isFinished } from '../pod-state.ts';
import { neighbours, takenPorts } from './neighbours.ts';
import type { Obstacle } from './obstacle.ts';
import { roomOn } from './room-on.ts';
import { unwelcomeBy } from './unwelcome-by.ts';

/** What bears on where a pod may run. */
export interface Surroundings {
  /** the one node, when it is there */
  readonly node: Node | undefined;
  /** of all namespaces */
  readonly pods: readonly Pod[];
  /** of the pod's namespace */
  readonly claims: readonly PersistentVolumeClaim[];
}

/**
 * Why the node does not take a pod, as the scheduler of Kubernetes 1.36 says it; undefined when it does. The texts are those
 * of pkg/scheduler/framework/plugins, as a real cluster of one node told them. Pure.
 */
export function refusalOf(pod: Pod, { node, pods, claims }: Surroundings): string | undefined {
  if (!node) return 'no nodes available to schedule pods';
  const volumes = refusedVolumes(pod, claims);
  if (volumes !== undefined) return `0/1 nodes are available: ${volumes}. not found`;
  const obstacles = obstaclesOn(pod, node, pods);
  if (obstacles.length === 0) return undefined;
  const list = obstacles.map(({ reason }) => `1 ${reason}`).join(', ');
  const why = obstacles.every(({ isOfOthers }) => isOfOthers)
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling';
  return `0/1 nodes are available: ${list}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${why}.`;
}

function refusedVolumes({ spec }: Pod, claims: readonly PersistentVolumeClaim[]): string | undefined {
  const names = (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const found = names.map((name) => claims.find(({ metadata }) => metadata.name === name));
  const missing = found.indexOf(undefined);
  if (missing >= 0) return `persistentvolumeclaim "${names[missing]}" not found`;
  const going = found.find((claim) => claim?.metadata.deletionTimestamp !== undefined);
  if (going) return `persistentvolumeclaim "${going.metadata.name}" is being deleted`;
  return found.every((claim) => claim?.status?.phase === 'Bound')
    ? undefined
    : 'pod has unbound immediate PersistentVolumeClaims';
}

/** The first of the scheduler's filters that keeps it away; that for room names each resource that is short. */
function obstaclesOn(pod: Pod, node: Node, pods: readonly Pod[]): readonly Obstacle[] {
  const here = pods.filter((other) => other.spec?.nodeName !== undefined && !isFinished(other));
  const reason = unwelcomeBy(pod, node);
  if (reason !== undefined) return [{ reason, isOfOthers: false }];
  const ports = takenPorts(pod, here);
  if (ports) return [ports];
  const room = roomOn(node, pod, here);
  if (room.length > 0) return room;
  const unfit = neighbours(node, pod, here);
  return unfit ? [unfit] : [];
}
