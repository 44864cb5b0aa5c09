import type { Pod, StatefulSet } from '../objects.ts';
import { isAvailable, isReady } from '../pod-state.ts';
import { revisionOf, type StatefulState } from './next-steps.ts';

type Status = NonNullable<StatefulSet['status']>;

/** What a StatefulSet tells of itself; the update is the current revision once every pod is of it and ready. Pure. */
export function statefulStatus(set: StatefulSet, { pods, current, update, now }: StatefulState): Status {
  const { replicas = 1, minReadySeconds, updateStrategy } = set.spec ?? {};
  const count = (test: (pod: Pod) => boolean) => pods.filter(test).length;
  const isGoing = (pod: Pod) => pod.metadata.deletionTimestamp !== undefined;
  const of = (revision: string) => count((pod) => !isGoing(pod) && revisionOf(pod) === revision);
  const ready = count((pod) => isReady(pod));
  const isDone =
    updateStrategy?.type !== 'OnDelete' &&
    of(update) === replicas &&
    ready === replicas &&
    pods.length === replicas;
  const counts = {
    readyReplicas: ready,
    currentReplicas: isDone ? of(update) : of(current),
    updatedReplicas: of(update),
  };
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
    availableReplicas: count((pod) => isAvailable(pod, minReadySeconds, now)),
    ...{ currentRevision: isDone ? update : current, updateRevision: update, collisionCount: 0 },
  };
}
