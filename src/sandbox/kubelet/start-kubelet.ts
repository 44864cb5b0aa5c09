import { mkdirSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../session/ports.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import { createObjectsClient, type ObjectsClient } from '../api/objects-client.ts';
import type { PodStreams } from '../api/pod-streams.ts';
import { createEventRecorder } from '../api/record-event.ts';
import type { Api } from '../api/start-api.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type BackoffLimits, KUBELET_BACKOFF } from './container/crash-backoff.ts';
import type { ImageSource } from './container/find-image.ts';
import { nodeConditions, nodeObject } from './node-object.ts';
import { CONFIG_MAPS, NODE, NODES, PODS, type Pod, SECRETS } from './objects.ts';
import { addressGiver } from './pod-addresses.ts';
import { createPodWorker, type PodWorker } from './pod-worker.ts';
import { openServiceDirectory } from './services/service-directory.ts';
import { podStreams } from './streams/pod-streams.ts';

export interface KubeletOptions {
  readonly images: ImageSource;
  readonly runtime: Pick<Runtime, 'start'>;
  readonly clock: Pick<Clock, 'now'>;
  /** of volumes and names; it is emptied at the start */
  readonly dir: string;
  /** default: the kubelet's */
  readonly backoff?: BackoffLimits;
}

/** Faults on demand, for tests. */
interface ContainerFaults {
  /** SIGKILL to all its processes, as from the kernel when memory is short. */
  kill(): void;
  /** Its log loses what it holds; who follows it gets what comes later. */
  rotateLog(): void;
}

export interface Kubelet extends PodStreams {
  /** undefined while there is no such container on the node */
  faultsOf(namespace: string, pod: string, container: string): ContainerFaults | undefined;
  /** Ends every pod, without grace. Their objects stay as they are. */
  close(): Promise<void>;
}

/** ms between heartbeats of the node */
const HEARTBEAT = 40_000;
/** of the node; there is no other */
const HOST = '127.0.0.1';

/** The one node of the sandbox: runs the pods that are bound to it, and answers for their Services. */
export function startKubelet(
  api: Pick<Api, 'write'>,
  { images, runtime, clock, dir, backoff = KUBELET_BACKOFF }: KubeletOptions,
): Kubelet {
  rmSync(join(dir, 'pods'), { recursive: true, force: true });
  // Secrets are in there.
  mkdirSync(join(dir, 'pods'), { recursive: true, mode: 0o700 });
  const objects = createObjectsClient(api.write, 'kubelet');
  const workers = new Map<string, PodWorker>();
  const named = () => [...workers.values()].map(namedPod);
  const services = openServiceDirectory(objects, named);
  const tools = {
    ...{ objects, images, runtime, backoff, dir, hostAddress: HOST },
    record: createEventRecorder(objects, { component: 'kubelet', host: NODE }, () => clock.now()),
    now: () => clock.now(),
    capacity: { cpu: cpus().length, memory: totalmem() },
    servicesOf: services.servicesOf,
  };
  const nextAddress = addressGiver(process.platform);
  const removing = new Set<Promise<void>>();
  const see = (pod: Pod): void => {
    const known = workers.get(pod.metadata.uid);
    known?.update(pod);
    if (known || pod.spec?.nodeName !== NODE || isOver(pod)) return;
    const worker = createPodWorker(pod, pod.spec.hostNetwork ? HOST : nextAddress(), tools);
    workers.set(pod.metadata.uid, worker);
    services.tell(namedPod(worker));
  };
  const forget = ({ metadata }: StoredObject): void => {
    const removed = workers.get(metadata.uid)?.remove();
    workers.delete(metadata.uid);
    if (removed) removing.add(removed.finally(() => removing.delete(removed)));
  };
  const refresh = ({ metadata }: StoredObject) => {
    for (const worker of workers.values())
      if (worker.pod().metadata.namespace === metadata.namespace) worker.refresh();
  };
  const stopNode = keepNode(objects, clock);
  const stops = [
    objects.watch(PODS, ({ type, object }) => (type === 'DELETED' ? forget(object) : see(object as Pod))),
    ...[CONFIG_MAPS, SECRETS].map((kind) => objects.watch(kind, ({ object }) => refresh(object))),
  ];
  for (const pod of objects.list<Pod>(PODS)) see(pod);
  return {
    ...podStreams({ workerOf: ({ metadata }) => workers.get(metadata.uid), now: () => clock.now() }),
    faultsOf(namespace, pod, container) {
      const worker = [...workers.values()].find((one) => isNamed(one.pod(), namespace, pod));
      const found = worker?.container(container);
      if (!found) return undefined;
      return { kill: () => found.running()?.kill(), rotateLog: () => found.log('current')?.rotate() };
    },
    async close() {
      for (const stop of stops) stop();
      stopNode();
      services.close();
      await Promise.all([...removing, ...[...workers.values()].map((worker) => worker.remove())]);
    },
  };
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

const isNamed = ({ metadata }: Pod, namespace: string, name: string): boolean =>
  metadata.namespace === namespace && metadata.name === name;

const namedPod = (worker: PodWorker) => ({
  namespace: worker.pod().metadata.namespace ?? 'default',
  address: worker.address,
  folder: worker.namesFolder,
});

/** Makes the node and tells from time to time that it is well. */
function keepNode(objects: ObjectsClient, clock: Pick<Clock, 'now'>): () => void {
  const since = new Date(clock.now());
  const { status, ...node } = nodeObject(NODE, HOST, since);
  const made = objects.get(NODES, '', NODE) ?? objects.create(NODES, '', { ...node });
  objects.patch(NODES, made, { status }, 'status');
  const beat = setInterval(() => {
    const known = objects.get(NODES, '', NODE);
    const conditions = nodeConditions(since, new Date(clock.now()));
    if (known) objects.patch(NODES, known, { status: { conditions } }, 'status');
  }, HEARTBEAT).unref();
  return () => clearInterval(beat);
}
