import type { EventBody, ForwardSpec, SessionConfig } from './events.ts';
import type { PodObserved, ResourceKey } from './observed.ts';
import type { LogTarget } from './state.ts';

/** How work reports facts. After the effect's signal fired, what is emitted is dropped. */
export type Emit = (event: EventBody) => void;

/** Time, so that a test can own it. */
export interface Clock {
  /** ms since the epoch */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Reads rockpool.yaml. */
export interface ConfigSource {
  /** The config in force from now on. Rejects with a RockpoolError that holds every problem; the last good one stays in force. */
  load(signal: AbortSignal): Promise<SessionConfig>;
}

/** Watches the sources of the config in force. */
export interface FileWatcher {
  /**
   * Emits `watch.started`, then `files.changed`, `watch.held` and `watch.released`, until the signal fires.
   * Promises: no change after `watch.started`, or between two watches, is missed, changes are settled (20 ms of quiet, 2 s at most) and
   * classified, files that no image, manifest or config reads are left out. Rejects with a RockpoolError when
   * the system refuses (inotify limits).
   */
  watch(emit: Emit, signal: AbortSignal): Promise<void>;
}

export interface BuildRequest {
  readonly image: string;
  readonly generation: number;
  /** refs that images of the project resolve to now, for FROM and COPY --from */
  readonly refs: Readonly<Record<string, string>>;
}

/** Builds images into the daemon that the cluster's nodes run from. */
export interface ImageBuilder {
  /**
   * Emits `build.started` and `build.progressed`; resolves when the image is in the daemon. Same inputs, same ref;
   * if the daemon has it already nothing is built (`skipped`). An abort cancels the build in the daemon and is
   * awaited. Rejects with a RockpoolError: the failing step with its output.
   */
  build(request: BuildRequest, emit: Emit, signal: AbortSignal): Promise<{ ref: string; skipped: boolean }>;
}

export interface SyncRequest extends BuildRequest {
  readonly targets: readonly {
    /** `podUID/containerID` */
    readonly id: string;
    readonly namespace: string;
    readonly pod: string;
    readonly uid: string;
    readonly container: string;
    readonly containerId: string;
  }[];
  /** ref of the image that the containers run */
  readonly base: string;
}

/** Writes saved files into running containers. */
export interface FileSyncer {
  /**
   * Writes what differs between the build context and what the containers hold to where the sync rules say, and runs
   * the rules' commands; emits `sync.started` before. Resolves with the ref that a build of the same content would have. Never writes outside of a rule's folder,
   * and changes nothing on this machine. Rejects with a RockpoolError of code SYNC_REFUSED (it would fail again),
   * SYNC_FAILED or SYNC_COMMAND_FAILED.
   */
  sync(request: SyncRequest, emit: Emit, signal: AbortSignal): Promise<{ ref: string }>;
  /** Has a pod replaced whose files nobody knows, and ends with the signal. */
  renew(pod: PodObserved, signal: AbortSignal): Promise<void>;
}

export interface DeployRequest {
  readonly generation: number;
  /** refs of the images that are built, also of such as the config has no more; a manifest that needs another is held back */
  readonly refs: Readonly<Record<string, string>>;
  /** hash of what was applied last, per resource: an equal manifest is not sent again */
  readonly applied: Readonly<Record<ResourceKey, string>>;
}

/** Renders the manifests of the config in force and applies them. */
export interface Deployer {
  /**
   * Emits `manifests.rendered`, then `resource.applied` for each, and `resource.adopted` for what was taken over. When
   * all went well and nothing was held back, `resource.pruned` for what the manifests no longer have. Rejects with a
   * RockpoolError that holds every failure, after all that could be applied was; a manifest that does not render stops
   * the rest from being applied.
   */
  deploy(request: DeployRequest, emit: Emit, signal: AbortSignal): Promise<void>;
}

/** Follows pods, workloads, Services and warnings of a namespace; the nodes of the cluster where it is empty. */
export interface ClusterObserver {
  /**
   * Emits observed and deleted facts until the signal fires; never gives up. After a gap everything is read again, so
   * that nothing that was deleted meanwhile stays.
   */
  observe(namespace: string, emit: Emit, signal: AbortSignal): Promise<void>;
}

/** A pod and the port in it that a connection goes to. */
export interface ForwardTarget {
  readonly pod: PodObserved;
  readonly port: number;
}

/** What a forward may ask of the session: who serves now, and to be told when that may have changed. */
export interface ForwardTargets {
  /** the pod to take for a new connection, or undefined while none is ready */
  choose(): ForwardTarget | undefined;
  /** calls back after every change of the session until the returned function is called */
  onChange(callback: () => void): () => void;
}

/** Holds local ports. */
export interface Forwarder {
  /**
   * Emits `forward.opened` and keeps the listener on 127.0.0.1 (and ::1) until the signal fires, whatever happens to
   * pods. Each connection goes to the pod chosen at its start; while none answers it waits (30 s). Rejects with a
   * RockpoolError of code PORT_TAKEN that names the owner.
   */
  forward(spec: ForwardSpec, targets: ForwardTargets, emit: Emit, signal: AbortSignal): Promise<void>;
}

/** Asks pods whether they are ready, as the kubelet does but at once. */
export interface PodProber {
  /** Resolves when every container's readiness probe answered well; asks again until then. */
  probe(pod: PodObserved, signal: AbortSignal): Promise<void>;
}

/** Reads container logs. */
export interface LogFollower {
  /**
   * Reads a container instance's log from its first line to its last into the log store, resuming after drops
   * without losing or repeating lines. Resolves when the instance has ended and everything was read.
   */
  follow(target: LogTarget, signal: AbortSignal): Promise<void>;
}

/** Reads what containers said last. */
export interface CrashReader {
  /**
   * The last lines (20 at most) of a container instance that ended, oldest first; none when the kubelet has them no
   * more. Rejects only when the signal fires.
   */
  lastLines(target: LogTarget, signal: AbortSignal): Promise<readonly string[]>;
}

/** Tells every other session that this one has the namespace and app. */
export interface SessionLease {
  /**
   * Emits `lease.lost` when another session took it, once, whenever that was; ends with the signal. It is renewed
   * from before the session to after what is done at its end, also while this is not called, and through times in
   * which the apiserver does not answer.
   */
  hold(emit: Emit, signal: AbortSignal): Promise<void>;
}

/** Notices that time passed in which nothing ran here. */
export interface ClockWatch {
  /** Emits `machine.slept` after each gap of some seconds, until the signal fires. */
  watch(emit: Emit, signal: AbortSignal): Promise<void>;
}

/** Finds out whether the apiserver answers at all. */
export interface ClusterLiveness {
  /**
   * Emits `cluster.lost` when nobody answers and `cluster.found` when somebody does again, until the signal fires; then
   * what was broken meanwhile is under way again.
   */
  watch(emit: Emit, signal: AbortSignal): Promise<void>;
}

export interface PruneRequest {
  /** of the deploy that it follows */
  readonly generation: number;
  /** refs that stay whatever their age: what the manifests get, and what other images build on */
  readonly keep: readonly string[];
  /** refs that the session built or found built, the last one first: newer than all others */
  readonly recent: readonly string[];
}

/** Deletes old tags of the project from the daemon. */
export interface ImagePruner {
  /**
   * Emits `images.pruned`, also when there was nothing to delete. A daemon or apiserver that does not answer is no
   * failure; nothing is deleted unless all that names an image in the cluster could be read.
   */
  prune(request: PruneRequest, emit: Emit, signal: AbortSignal): Promise<void>;
}

/** Has the kubelet look at pods. */
export interface PodWaker {
  /**
   * Has the kubelet try to start the containers of pods now, however long it would wait by itself. A pod that has gone
   * or must not be changed is no failure: the kubelet looks by itself within some minutes.
   */
  wake(pods: readonly PodObserved[], signal: AbortSignal): Promise<void>;
}

/** Every way out of the core. Adapters are chosen in src/cli/commands only. */
export interface Ports {
  readonly clock: Clock;
  readonly config: ConfigSource;
  readonly watcher: FileWatcher;
  readonly builder: ImageBuilder;
  readonly syncer: FileSyncer;
  readonly deployer: Deployer;
  readonly observer: ClusterObserver;
  readonly forwarder: Forwarder;
  readonly prober: PodProber;
  readonly logs: LogFollower;
  readonly crashes: CrashReader;
  readonly lease: SessionLease;
  readonly clockWatch: ClockWatch;
  readonly liveness: ClusterLiveness;
  readonly pruner: ImagePruner;
  readonly waker: PodWaker;
}
