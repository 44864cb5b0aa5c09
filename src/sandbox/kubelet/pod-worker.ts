import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../api/api-error.ts';
import { seconds } from '../api/objects/prepare.ts';
import { type ContainerWorker, createContainerWorker } from './container/container-worker.ts';
import { graceOf } from './container/life.ts';
import { decide, type RestartPolicy } from './decide.ts';
import { PODS, type Pod } from './objects.ts';
import type { PodTools } from './pod-tools.ts';
import { mountVolumes, podFolder, removePodFolder } from './pod-volumes.ts';
import { podStatus } from './status/pod-status.ts';
import { withoutEffect } from './without-effect.ts';

/** One pod of the node, from when it is bound to it until nothing of it is left. */
export interface PodWorker {
  readonly address: string;
  readonly namesFolder: string;
  pod(): Pod;
  container(name: string): ContainerWorker | undefined;
  /** The object has changed. */
  update(pod: Pod): void;
  /** What its volumes are made from has changed. */
  refresh(): void;
  /** The object has gone: nothing of it may go on. Resolves when that is so. */
  remove(): Promise<void>;
}

/** ms until volumes that could not be made are tried again; nothing is told twice */
const REMOUNT = 1000;

/** What is known of a pod; its worker alone changes it. */
interface PodLife {
  readonly tools: PodTools;
  readonly address: string;
  readonly namesFolder: string;
  readonly containers: readonly ContainerWorker[];
  pod: Pod;
  folders?: ReadonlyMap<string, string>;
  isMounting: boolean;
  mountProblem?: string;
  isScheduled: boolean;
  wake?: NodeJS.Timeout;
  /** its containers are ended, for good */
  ending?: Promise<void>;
  isGone: boolean;
}

export function createPodWorker(pod: Pod, address: string, tools: PodTools): PodWorker {
  const life: PodLife = {
    ...{ tools, pod, address, namesFolder: `${podFolder(tools.dir, pod)}/names` },
    ...{ isMounting: false, isScheduled: false, isGone: false },
    containers: rolesOf(pod).map(([name, role]) =>
      createContainerWorker({
        ...{ tools, name, role, address },
        pod: () => life.pod,
        onChange: () => look(life),
      }),
    ),
  };
  const unheeded = withoutEffect(pod);
  if (unheeded.length > 0)
    tools.record(pod, 'Normal', 'NotInSandbox', `Without effect in the sandbox: ${unheeded.join(', ')}`);
  look(life);
  return {
    ...{ address, namesFolder: life.namesFolder },
    pod: () => life.pod,
    container: (name) => life.containers.find((container) => container.name === name),
    update(next) {
      life.pod = next;
      look(life);
    },
    refresh: () => void mount(life),
    async remove() {
      life.isGone = true;
      clearTimeout(life.wake);
      await Promise.all(life.containers.map((container) => container.stop(0)));
      await removePodFolder(tools.dir, life.pod);
    },
  };
}

function rolesOf({ spec }: Pod): (readonly [string, ContainerWorker['role']])[] {
  const inits = (spec?.initContainers ?? []).map(
    ({ name, restartPolicy }) => [name, restartPolicy === 'Always' ? 'sidecar' : 'init'] as const,
  );
  return [...inits, ...(spec?.containers ?? []).map(({ name }) => [name, 'main'] as const)];
}

/** Much may happen at once: the pod is looked at once after it. */
function look(life: PodLife): void {
  if (life.isScheduled || life.isGone) return;
  life.isScheduled = true;
  setImmediate(() => {
    life.isScheduled = false;
    if (!life.isGone) step(life);
  });
}

function step(life: PodLife): void {
  const { pod } = life;
  writeStatus(life);
  if (pod.metadata.deletionTimestamp !== undefined) terminate(life);
  else if (!life.folders) void mount(life);
  else if (!life.ending) act(life, life.folders);
}

function act(life: PodLife, folders: ReadonlyMap<string, string>): void {
  const { pod, tools } = life;
  const { address, namesFolder } = life;
  const policy = (pod.spec?.restartPolicy ?? 'Always') as RestartPolicy;
  const actions = decide(
    life.containers.map((container) => container.view()),
    policy,
    tools.now(),
  );
  for (const container of life.containers) {
    if (actions.start.includes(container.name)) container.start({ folders, address, namesFolder });
    if (actions.replace.includes(container.name)) container.replace();
    if (actions.stop.includes(container.name)) void container.stop(graceOf(pod));
  }
  clearTimeout(life.wake);
  if (actions.wakeAt !== undefined) {
    life.wake = setTimeout(() => look(life), Math.max(actions.wakeAt - tools.now(), 1)).unref();
  }
}

async function mount(life: PodLife): Promise<void> {
  if (life.isMounting || life.isGone) return;
  life.isMounting = true;
  try {
    life.folders = await mountVolumes(life.tools, life.pod);
    delete life.mountProblem;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== life.mountProblem) life.tools.record(life.pod, 'Warning', 'FailedMount', message);
    life.mountProblem = message;
    setTimeout(() => look(life), REMOUNT).unref();
    return;
  } finally {
    life.isMounting = false;
  }
  look(life);
}

/** Ends the containers, sidecars last, and takes the object away. Asked again, it may only become shorter. */
function terminate(life: PodLife): void {
  const graceMs = graceOf(life.pod);
  const stopAll = (wanted: boolean) =>
    Promise.all(
      life.containers
        .filter(({ role }) => (role === 'sidecar') === wanted)
        .map((container) => container.stop(graceMs)),
    );
  if (life.ending) {
    void stopAll(false);
    return;
  }
  const end = async () => {
    const began = Date.now();
    await stopAll(false);
    const rest = Math.max(graceMs - (Date.now() - began), 0);
    const sidecars = life.containers.filter(({ role }) => role === 'sidecar').toReversed();
    for (const sidecar of sidecars) await sidecar.stop(rest);
    if (life.isGone) return;
    writeStatus(life);
    life.tools.objects.delete(PODS, life.pod, 0);
  };
  life.ending = end();
}

/** Nothing is written when nothing has changed, nor to another pod of the same name. */
function writeStatus(life: PodLife): void {
  const { tools, containers, address } = life;
  const { namespace = 'default', name, uid } = life.pod.metadata;
  const pod = tools.objects.get<Pod>(PODS, namespace, name);
  if (!pod || pod.metadata.uid !== uid) return;
  const status = podStatus(pod, {
    views: containers.map((container) => container.view()),
    statuses: new Map(containers.map((container) => [container.name, container.status()])),
    isMounted: life.folders !== undefined,
    ...{ address, hostAddress: tools.hostAddress, now: seconds(new Date(tools.now())) },
  });
  if (isDeepStrictEqual(status, pod.status)) return;
  try {
    life.pod = tools.objects.updateStatus(PODS, { ...pod, status });
  } catch (error) {
    // It was deleted, or changed by somebody who was told of this change: its worker is told, too.
    if (!(error instanceof ApiError)) throw error;
  }
}
