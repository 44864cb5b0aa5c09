import type { ObjectsClient } from '../../src/sandbox/api/objects-client.ts';
import { NODES, PODS, type Pod } from '../../src/sandbox/controllers/objects.ts';

/**
 * A node whose pods run in name only: a container whose command is `true` or `false` ends so, one of an image named
 * `missing` never starts, any other is ready at once.
 * @returns how to stop it
 */
export function pretendKubelet(objects: ObjectsClient): () => void {
  const labels = { 'kubernetes.io/hostname': 'sandbox' };
  objects.create(NODES, '', { metadata: { name: 'sandbox', labels } });
  const begun = new Set<string>();
  return objects.watch(PODS, ({ type, object }) => {
    const pod = object as Pod;
    if (type === 'DELETED' || pod.spec?.nodeName === undefined) return;
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (!isGoing && begun.has(pod.metadata.uid)) return;
    begun.add(pod.metadata.uid);
    setImmediate(() => step(objects, pod, begun.size));
  });
}

function step(objects: ObjectsClient, { metadata }: Pod, number: number): void {
  const pod = objects.get<Pod>(PODS, metadata.namespace ?? '', metadata.name);
  if (!pod || pod.metadata.uid !== metadata.uid) return;
  if (pod.metadata.deletionTimestamp !== undefined) objects.delete(PODS, pod, 0);
  else if (pod.spec?.containers[0]?.image !== 'missing')
    objects.updateStatus(PODS, { ...pod, status: { ...pod.status, ...statusOf(pod, number) } } as Pod);
}

function statusOf({ spec, status }: Pod, number: number): object {
  const command = spec?.containers[0]?.command?.[0];
  const at = new Date().toISOString();
  const ends = command === 'true' || command === 'false';
  const running = { running: { startedAt: at } };
  const ended = { terminated: { exitCode: command === 'true' ? 0 : 1, startedAt: at, finishedAt: at } };
  const ready = { type: 'Ready', status: ends ? 'False' : 'True', lastTransitionTime: at };
  return {
    phase: ends ? (command === 'true' ? 'Succeeded' : 'Failed') : 'Running',
    ...{ podIP: `127.1.0.${number}`, startTime: at, conditions: [...(status?.conditions ?? []), ready] },
    containerStatuses: (spec?.containers ?? []).map(({ name, image }) => ({
      ...{ name, image, imageID: '', ready: !ends, started: !ends, restartCount: 0 },
      state: ends ? ended : running,
    })),
  };
}
