import { join } from 'node:path';
import { createBuildkitBuilder } from '../build/buildkit-builder.ts';
import { createDeliveringBuilder } from '../build/delivering-builder.ts';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import { createDockerImagePruner } from '../build/docker-image-pruner.ts';
import { createFileHashes, type FileHashes } from '../build/file-hashes.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import type { Config } from '../config/config.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { createKubeDeployer } from '../deploy/kube-deployer.ts';
import { listImageUses } from '../deploy/kube-image-uses.ts';
import { createKubeObserver } from '../deploy/kube-observer.ts';
import { createKubePodWaker } from '../deploy/kube-pod-waker.ts';
import { observeThroughLoss } from '../deploy/observe-through-loss.ts';
import { restoreWorkloads } from '../deploy/restore-workloads.ts';
import { createRestoringDeployer } from '../deploy/restoring-deployer.ts';
import { createDialProber } from '../forward/dial-prober.ts';
import { createListenerForwarder } from '../forward/listener-forwarder.ts';
import type { Dial } from '../forward/reach-pod.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { createLiveness } from '../kube/liveness.ts';
import { openPodLog } from '../kube/pod-log-stream.ts';
import { openPortForward } from '../kube/port-forward-stream.ts';
import { createWakeablePause } from '../kube/wakeable-pause.ts';
import type { ContainerNow } from '../logs/instance-place.ts';
import { createKubeCrashReader } from '../logs/kube-crash-reader.ts';
import { createKubeLogFollower } from '../logs/kube-log-follower.ts';
import type { UnnumberedLine } from '../logs/log-line.ts';
import type { Failure } from '../session/failure.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';
import type {
  CrashReader,
  Deployer,
  ImageBuilder,
  ImagePruner,
  LogFollower,
  Ports,
  SessionLease,
} from '../session/ports.ts';
import { createChokidarWatcher } from '../watch/chokidar-watcher.ts';
import type { WatchSources } from '../watch/watch-sources.ts';
import { appPlace } from './app-place.ts';
import type { Cluster } from './open-cluster.ts';
import type { Project } from './open-project.ts';
import { systemClock } from './system-clock.ts';
import { createSystemClockWatch } from './system-clock-watch.ts';

export interface SessionPortsOptions {
  readonly project: Project;
  readonly cluster: Cluster;
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
  readonly lease: SessionLease;
  /** whether an object that others made may be taken over */
  mayAdopt(key: ResourceKey): boolean;
  /** absent: the nodes run from the daemon itself */
  readonly delivery?: ImageDelivery | undefined;
  /** whether objects of the project with changed immutable fields are deleted and made anew */
  readonly force: boolean;
  /** lines of container logs; nothing more is read until it resolves */
  onLines(lines: readonly UnnumberedLine[]): void | Promise<void>;
  /** a pod as the session knows it */
  podOf(namespace: string, name: string): PodObserved | undefined;
  /** what is worth a word but is no fact of the session */
  onNotice(failure: Failure): void;
}

/** The adapters of a session on a real cluster. */
export function createSessionPorts(options: SessionPortsOptions): Ports {
  const { project, cluster, onNotice } = options;
  const { client, namespace } = cluster;
  const { name } = project.config();
  const clockWatch = createSystemClockWatch();
  const { onSleep } = clockWatch;
  const pauses = createWakeablePause();
  onSleep(() => {
    client.reconnect();
    pauses.wake();
  });
  const path = resourcePath(NAMESPACES, { name: namespace });
  const liveness = createLiveness({ connections: client, path, pauses });
  const dial: Dial = (target, signal) => openPortForward(client, target, signal);
  return {
    clock: systemClock,
    config: project.source(namespace),
    watcher: createChokidarWatcher({
      sources: () => watchSources(project.config()),
      clock: systemClock,
      onSleep,
    }),
    builder: createBuilder(options),
    deployer: createDeployer(options),
    observer: observeThroughLoss(createKubeObserver({ client, app: name, onRefused: onNotice, pauses }), {
      isLost: liveness.isLost,
      onRefused: onNotice,
    }),
    liveness,
    forwarder: createListenerForwarder({ dial, clock: systemClock }),
    prober: createDialProber({ dial, clock: systemClock }),
    logs: createFollower(options),
    crashes: createCrashes(options),
    lease: options.lease,
    clockWatch,
    pruner: createPruner(options),
    waker: createKubePodWaker(client, systemClock),
  };
}

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', namespaced: false };

/** Files beside the manifests that templates take in are watched as they are. */
function watchSources(config: Config): WatchSources {
  return { ...config, manifests: [...config.manifests, ...config.partials] };
}

/** Of containers that ran before the session, this many of the last lines; all others are read from their first. */
const BEFORE_SESSION = 100;
/** ms after the start in which such containers are found. */
const FINDING = 5000;

function createFollower({ cluster, onLines, podOf, onNotice }: SessionPortsOptions): LogFollower {
  const startedAt = systemClock.now();
  const follower = createKubeLogFollower({
    open: (request, signal) => openPodLog(cluster.client, request, signal),
    onLines,
    clock: systemClock,
    onProblem: ({ namespace, pod, container }, message) => {
      // What is left of a pod that has gone, or goes, is not to be had: no news.
      if (podOf(namespace, pod)?.deleting === false) onNotice(unreadable(pod, container, message));
    },
    containerNow: instanceOf(podOf),
  });
  return {
    follow: (target, signal) => {
      const pod = podOf(target.namespace, target.pod);
      const isOld = pod !== undefined && pod.createdAt < startedAt && systemClock.now() < startedAt + FINDING;
      return follower.follow(target, signal, isOld ? { first: { tailLines: BEFORE_SESSION } } : {});
    },
  };
}

function createCrashes({ cluster, podOf }: SessionPortsOptions): CrashReader {
  return createKubeCrashReader({
    open: (request, signal) => openPodLog(cluster.client, request, signal),
    containerNow: instanceOf(podOf),
    clock: systemClock,
  });
}

/** The container of a target, as long as its pod is the same. */
function instanceOf(podOf: SessionPortsOptions['podOf']): ContainerNow {
  return ({ namespace, pod, podUid, container }) => {
    const known = podOf(namespace, pod);
    return known?.uid === podUid ? known.containers.find(({ name }) => name === container) : undefined;
  };
}

function unreadable(pod: string, container: string, message: string): Failure {
  return {
    code: 'LOG_UNREADABLE',
    subject: `logs/${pod}/${container}`,
    message: `${pod} ${container}: ${message}`,
  };
}

/** Hashes of the project's files, kept between runs. */
export function openHashes(root: string): FileHashes {
  return createFileHashes({ file: join(root, '.rockpool', 'hashes.json'), clock: systemClock });
}

export function createBuilder({
  project,
  daemon,
  hashes,
  delivery,
}: Pick<SessionPortsOptions, 'project' | 'daemon' | 'hashes' | 'delivery'>): ImageBuilder {
  const { root, name } = project.config();
  const builder = createBuildkitBuilder({
    daemon,
    images: () => project.config().images,
    root,
    app: name,
    hashes,
    clock: systemClock,
    ...(delivery?.rewrite ? { rewrite: delivery.rewrite } : {}),
  });
  return createDeliveringBuilder({ builder, delivery, clock: systemClock });
}

export function createDeployer({
  project,
  cluster,
  mayAdopt,
  force,
  onRestored,
}: Pick<SessionPortsOptions, 'project' | 'cluster' | 'mayAdopt' | 'force'> & {
  /** told of each workload that was stopped and runs again */
  readonly onRestored?: (key: ResourceKey) => void;
}): Deployer {
  const { client, namespace } = cluster;
  const deployer = createKubeDeployer({
    client,
    config: () => project.config(),
    namespace,
    git: createGitFacts,
    mayAdopt,
    force,
  });
  return createRestoringDeployer(deployer, (signal) => restoreStopped(project, cluster, signal, onRestored));
}

/** What `rockpool stop` stopped runs again. */
async function restoreStopped(
  project: Project,
  cluster: Cluster,
  signal: AbortSignal,
  report: (key: ResourceKey) => void = () => undefined,
): Promise<void> {
  const config = project.config();
  const { namespaces } = await appPlace(config, cluster, signal);
  await restoreWorkloads({ client: cluster.client, app: config.name, namespaces, report, signal });
}

function createPruner({ project, cluster, daemon }: SessionPortsOptions): ImagePruner {
  return createDockerImagePruner({
    daemon,
    app: project.config().name,
    usedImages: (signal) => listImageUses(cluster.client, signal),
    clock: systemClock,
  });
}
