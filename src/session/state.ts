import type { ForwardSpec, SessionConfig } from './events.ts';
import type { Failure, Places } from './failure.ts';
import type {
  NodeObserved,
  PodObserved,
  QuotaObserved,
  ResourceKey,
  ServiceObserved,
  WarningObserved,
  WorkloadObserved,
} from './observed.ts';

/** An image of the project. Every field that is absent has not happened yet. */
export interface ImageState {
  readonly name: string;
  readonly context: string;
  readonly needs: readonly string[];
  readonly inputs: string;
  /** of the newest save; a build of an older one is superseded */
  readonly generation: number;
  readonly changedAt: number;
  readonly changedFiles: readonly string[];
  /** saves overtake builds: the next one begins when none came for `quiet` ms, or some seconds after `since` */
  readonly settling?: { readonly since: number; readonly quiet: number };
  /** saves did not cease: the build of this generation runs to its end, since else none would ever end */
  readonly restless?: number;
  readonly build?: {
    readonly generation: number;
    readonly startedAt: number;
    readonly ref: string;
    readonly step?: string;
    readonly index?: number;
    readonly total?: number;
  };
  readonly built?: {
    readonly generation: number;
    readonly ref: string;
    readonly skipped: boolean;
    readonly durationMs: number;
    readonly at: number;
  };
  readonly failed?: {
    readonly generation: number;
    readonly failure: Failure;
    readonly at: number;
    /** what it was to be; absent when the build failed before that was known */
    readonly ref?: string;
  };
  /** files that were written into its containers since it was built, instead of building it again */
  readonly sync?: {
    /** generation that container instances have, by target id; 0: as built */
    readonly targets: Readonly<Record<string, number>>;
    /** newest generation that all containers have */
    readonly done?: number;
    /** what a build of the files would be called then */
    readonly ref?: string;
    /** when the last container got them, ms since the epoch */
    readonly at?: number;
    /** newest generation with which all programs were seen to answer */
    readonly answered?: number;
  };
  /** why files cannot be written into its containers; until something else of it changes */
  readonly syncRefused?: string;
  /** a ref of it that was not on the node: when that was noticed last, and how many times in a row */
  readonly gone?: { readonly ref: string; readonly at: number; readonly times: number };
  /** uids of pods that were told that the image of this generation is there */
  readonly woken?: { readonly generation: number; readonly at: number; readonly pods: readonly string[] };
  /** generation of each of the last refs, newest last, so that a pod's image tells its generation */
  readonly refs: readonly { readonly ref: string; readonly generation: number }[];
}

export interface ResourceState {
  readonly key: ResourceKey;
  readonly file: string;
  /** where the fields are written that a failure may be due to */
  readonly places?: Places | undefined;
  /** images of the project that it runs */
  readonly images: readonly string[];
  /** hash of the manifest as last rendered */
  readonly wanted?: string;
  /** hash of the manifest as last applied */
  readonly hash?: string;
  readonly appliedAt?: number;
  /** metadata.generation of the object after that */
  readonly revision?: number;
  /** when an apply changed it last */
  readonly changedAt?: number;
  readonly heldFor?: string;
  /** by others: when that was noticed last, how many times in a row, and whether the next deploy is still to be asked for */
  readonly deleted?: { readonly at: number; readonly times: number; readonly due: boolean };
}

export interface ForwardState {
  readonly spec: ForwardSpec;
  readonly port?: number;
  readonly failure?: Failure;
}

/** A container instance whose log is read: pod UID + container ID, never a name alone. */
export interface LogTarget {
  /** `podUID/containerID` */
  readonly id: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly containerId: string;
  readonly owner?: ResourceKey;
  readonly ended: boolean;
}

/** A port of a pod that nobody listens on. */
export interface PortRefused {
  /** id of the forward that leads there */
  readonly forward: string;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly port: number;
  readonly message: string;
}

/**
 * A pod: `answered` when it is ready because rockpool asked its probes itself, `overlooked` when for some seconds no
 * scheduler has looked at it or its volumes were not there.
 */
export type PodState = PodObserved & {
  readonly answered?: true;
  /** when it answered, ms since the epoch */
  readonly answeredAt?: number;
  readonly overlooked?: true;
  /** when these container instances were first seen so; ms since the epoch */
  readonly since?: number;
};

/** All that a session knows, folded from its events. Plain JSON, never mutated. */
export interface SessionState {
  readonly phase: 'starting' | 'running' | 'stopping';
  readonly app: string;
  readonly context: string;
  readonly namespace: string;
  readonly startedAt: number;
  /** somebody asked that changes be collected and not acted on */
  readonly paused: boolean;
  /** who took the namespace and app over from this session */
  readonly superseded?: string;
  readonly config: {
    readonly generation: number;
    readonly loaded: number;
    readonly failedGeneration?: number;
    readonly failures: readonly Failure[];
    readonly current?: SessionConfig;
  };
  readonly watch: { readonly started: boolean; readonly held?: string; readonly failure?: Failure };
  readonly images: Readonly<Record<string, ImageState>>;
  readonly deploy: {
    /** raised by a changed manifest, a changed config or a new image */
    readonly generation: number;
    /** the newest ref of each image that was built: what the manifests get */
    readonly refs: Readonly<Record<string, string>>;
    readonly done: number;
    /** newest generation whose manifests could be rendered */
    readonly rendered?: number;
    readonly failedGeneration?: number;
    readonly failures: readonly Failure[];
    readonly warnings: readonly string[];
    /** what a deploy under way waits for, by resource */
    readonly held?: Readonly<Record<ResourceKey, string>>;
    readonly at?: number;
  };
  /** old images: the deploy after which they were deleted last, and how many images were built since */
  readonly pruning: { readonly done?: number; readonly builds: number };
  readonly resources: Readonly<Record<ResourceKey, ResourceState>>;
  readonly workloads: Readonly<Record<ResourceKey, WorkloadObserved & { readonly since: number }>>;
  /** by `namespace/name` */
  readonly pods: Readonly<Record<string, PodState>>;
  /** by `namespace/name` */
  readonly services: Readonly<Record<string, ServiceObserved>>;
  /** by name */
  readonly nodes: Readonly<Record<string, NodeObserved>>;
  /** what the cluster warns of, newest last, by the object it is about; bounded */
  readonly warnings: Readonly<Record<ResourceKey, readonly WarningObserved[]>>;
  /** by `namespace/name`; one without `hard` has gone */
  readonly quotas: Readonly<Record<string, Partial<Pick<QuotaObserved, 'hard'>>>>;
  /** container instances whose last lines take so long that their failure is told without, by target id */
  readonly lateWords: Readonly<Record<string, true>>;
  /** last lines of container instances that ended with an error, by target id */
  readonly crashes: Readonly<Record<string, readonly string[]>>;
  /** ports that nobody listens on, by `podUID:port` */
  readonly refusedPorts: Readonly<Record<string, PortRefused>>;
  readonly cluster: { readonly lost?: Failure; readonly since: number };
  readonly forwards: Readonly<Record<string, ForwardState>>;
  readonly targets: Readonly<Record<string, LogTarget>>;
  /** bugs: effects that ended without a result, by effect key; not started again */
  readonly crashed: Readonly<Record<string, string>>;
}

export const initialState: SessionState = {
  phase: 'starting',
  app: '',
  context: '',
  namespace: '',
  startedAt: 0,
  paused: false,
  config: { generation: 1, loaded: 0, failures: [] },
  watch: { started: false },
  images: {},
  deploy: { generation: 0, refs: {}, done: 0, failures: [], warnings: [] },
  pruning: { builds: 0 },
  resources: {},
  workloads: {},
  pods: {},
  services: {},
  nodes: {},
  warnings: {},
  quotas: {},
  lateWords: {},
  crashes: {},
  refusedPorts: {},
  cluster: { since: 0 },
  forwards: {},
  targets: {},
  crashed: {},
};
