import { join } from 'node:path';
import { createBuildkitBuilder } from '../build/buildkit-builder.ts';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import { createDockerImagePruner } from '../build/docker-image-pruner.ts';
import { createFileHashes, type FileHashes } from '../build/file-hashes.ts';
import type { Config } from '../config/config.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { createKubeDeployer } from '../deploy/kube-deployer.ts';
import { listImageUses } from '../deploy/kube-image-uses.ts';
import { createKubeObserver } from '../deploy/kube-observer.ts';
import { createDialProber } from '../forward/dial-prober.ts';
import { createListenerForwarder } from '../forward/listener-forwarder.ts';
import type { Dial } from '../forward/reach-pod.ts';
import { openPodLog } from '../kube/pod-log-stream.ts';
import { openPortForward } from '../kube/port-forward-stream.ts';
import { createKubeLogFollower } from '../logs/kube-log-follower.ts';
import type { UnnumberedLine } from '../logs/log-line.ts';
import type { Failure } from '../session/failure.ts';
import type { PodObserved } from '../session/observed.ts';
import type { Deployer, ImageBuilder, ImagePruner, LogFollower, Ports } from '../session/ports.ts';
import { createChokidarWatcher } from '../watch/chokidar-watcher.ts';
import type { WatchSources } from '../watch/watch-sources.ts';
import type { Cluster } from './open-cluster.ts';
import type { Project } from './open-project.ts';
import { systemClock } from './system-clock.ts';

export interface SessionPortsOptions {
  readonly project: Project;
  readonly cluster: Cluster;
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
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
  const dial: Dial = (target, signal) => openPortForward(client, target, signal);
  return {
    clock: systemClock,
    config: project.source(namespace),
    watcher: createChokidarWatcher({ sources: () => watchSources(project.config()), clock: systemClock }),
    builder: createBuilder(options),
    deployer: createDeployer(options),
    observer: createKubeObserver({ client, app: name, onRefused: onNotice }),
    forwarder: createListenerForwarder({ dial, clock: systemClock }),
    prober: createDialProber({ dial, clock: systemClock }),
    logs: createFollower(options),
    crashes: { lastLines: () => Promise.resolve([]) },
    lease: { hold: untilAborted },
    clockWatch: { watch: untilAborted },
    pruner: createPruner(options),
  };
}

function untilAborted(_emit: unknown, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

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
      // What is left of a pod that has gone is not to be had: no news.
      if (podOf(namespace, pod)) onNotice(unreadable(pod, container, message));
    },
    containerNow: ({ namespace, pod, podUid, container }) => {
      const known = podOf(namespace, pod);
      return known?.uid === podUid ? known.containers.find(({ name }) => name === container) : undefined;
    },
  });
  return {
    follow: (target, signal) => {
      const pod = podOf(target.namespace, target.pod);
      const isOld = pod !== undefined && pod.createdAt < startedAt && systemClock.now() < startedAt + FINDING;
      return follower.follow(target, signal, isOld ? { first: { tailLines: BEFORE_SESSION } } : {});
    },
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
}: Pick<SessionPortsOptions, 'project' | 'daemon' | 'hashes'>): ImageBuilder {
  const { root, name } = project.config();
  return createBuildkitBuilder({
    daemon,
    images: () => project.config().images,
    root,
    app: name,
    hashes,
    clock: systemClock,
  });
}

export function createDeployer({
  project,
  cluster,
}: Pick<SessionPortsOptions, 'project' | 'cluster'>): Deployer {
  const { client, namespace } = cluster;
  return createKubeDeployer({
    client,
    config: () => project.config(),
    namespace,
    git: createGitFacts,
  });
}

function createPruner({ project, cluster, daemon }: SessionPortsOptions): ImagePruner {
  return createDockerImagePruner({
    daemon,
    app: project.config().name,
    usedImages: (signal) => listImageUses(cluster.client, signal),
    clock: systemClock,
  });
}
