import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { FileHashes } from '../build/file-hashes.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import type { Config } from '../config/config.ts';
import { createKubeObserver } from '../deploy/kube-observer.ts';
import { createKubePodWaker } from '../deploy/kube-pod-waker.ts';
import { observeThroughLoss } from '../deploy/observe-through-loss.ts';
import { createDialProber } from '../forward/dial-prober.ts';
import { createListenerForwarder } from '../forward/listener-forwarder.ts';
import type { Dial } from '../forward/reach-pod.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { createLiveness } from '../kube/liveness.ts';
import { openPortForward } from '../kube/port-forward-stream.ts';
import { createWakeablePause } from '../kube/wakeable-pause.ts';
import type { UnnumberedLine } from '../logs/log-line.ts';
import type { Failure } from '../session/failure.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';
import type { Ports, SessionLease } from '../session/ports.ts';
import { createChokidarWatcher } from '../watch/chokidar-watcher.ts';
import type { WatchSources } from '../watch/watch-sources.ts';
import { createBuildPorts } from './build-ports.ts';
import { createDeployer } from './deploy-ports.ts';
import { createPruner } from './image-ports.ts';
import { createLogPorts } from './log-ports.ts';
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
    ...createBuildPorts(options),
    deployer: createDeployer(options),
    observer: observeThroughLoss(createKubeObserver({ client, app: name, onRefused: onNotice, pauses }), {
      isLost: liveness.isLost,
      onRefused: onNotice,
    }),
    liveness,
    forwarder: createListenerForwarder({ dial, clock: systemClock }),
    prober: createDialProber({ dial, clock: systemClock }),
    ...createLogPorts(options),
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
