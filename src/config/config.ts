import type { Failure, SourcePlace } from '../session/failure.ts';
import type { SyncRule } from '../sync/sync-rules.ts';

/** A value of `values`: what YAML can hold. */
export type Values = Readonly<Record<string, unknown>>;

/** An image of the project. Paths are relative to the project and use `/`. */
export interface ImageConfig {
  /** as the manifests write it, without tag or digest */
  readonly name: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  /** build arguments, rendered */
  readonly args: Readonly<Record<string, string>>;
  readonly update: 'auto' | 'sync' | 'swap' | 'roll';
  readonly sync: readonly SyncRule[];
  /** id to file, for RUN --mount=type=secret; `~` and relative paths are already resolved */
  readonly secrets: Readonly<Record<string, string>>;
  readonly ssh: readonly string[];
  readonly platform?: string;
  /** additional named build contexts */
  readonly contexts: Readonly<Record<string, string>>;
  /** patterns in .dockerignore's syntax, added to it */
  readonly ignore: readonly string[];
}

/** keep: they go on running; stop: no pods, everything else stays; down: all that was applied is deleted but volumes. */
export type OnExit = 'keep' | 'stop' | 'down';

export interface ForwardConfig {
  /** `service/web:80`; with a namespace of its own `other/service/web:80` */
  readonly id: string;
  readonly kind: 'service' | 'deployment' | 'statefulset' | 'daemonset' | 'pod';
  readonly name: string;
  /** absent: the session's */
  readonly namespace?: string;
  readonly port: number | string;
  readonly local: number | 'auto';
}

/** What a rendering reads, absolute: a change of it asks for a new one. Folders with all that is in them. */
export interface RenderInputs {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Manifests that another tool renders. Paths are relative to the project and use `/`. */
interface Generated {
  /** where rockpool.yaml names them */
  readonly at: SourcePlace;
  readonly inputs: RenderInputs;
}

/** Rendered by kustomize. */
export interface KustomizationConfig extends Generated {
  readonly tool: 'kustomize';
  readonly folder: string;
}

/** Rendered by helm. */
export interface ChartConfig extends Generated {
  readonly tool: 'helm';
  /** a folder or an archive, or what helm is to fetch */
  readonly chart: string;
  readonly isLocal: boolean;
  readonly release: string;
  readonly version?: string;
  /** values files */
  readonly values: readonly string[];
  /** single values by helm's paths, rendered */
  readonly set: Readonly<Record<string, string | number | boolean>>;
}

export type GeneratedManifests = KustomizationConfig | ChartConfig;

/** rockpool.yaml with profiles, values and defaults applied: complete, valid, and trusted by everything inside. */
export interface Config {
  /** absolute path of the project: the folder of rockpool.yaml */
  readonly root: string;
  /** rockpool.yaml, absolute; absent when the configuration was inferred */
  readonly file?: string;
  /** absolute paths of all that was read, and of what would be read if it were there: a change asks for a reload */
  readonly sources: readonly string[];
  readonly name: string;
  /** absent: the context's */
  readonly namespace?: string;
  /** contexts a session may touch; empty: the local ones */
  readonly contexts: readonly string[];
  /** where images are pushed to for nodes that they reach in no other way: host[:port][/path] */
  readonly registry?: string;
  readonly images: readonly ImageConfig[];
  /** files, folders and glob patterns, relative to the project */
  readonly manifests: readonly string[];
  /** the charts and kustomizations of `manifests` */
  readonly generated: readonly GeneratedManifests[];
  /** patterns of templates that manifests may be made with: to be watched, and no manifests of their own */
  readonly partials: readonly string[];
  readonly values: Values;
  /** .env, then the process environment. Secret: never in an event, a message or a log. */
  readonly env: Readonly<Record<string, string>>;
  readonly forwards: readonly ForwardConfig[];
  /** what becomes of the workloads when the session ends */
  readonly onExit: OnExit;
  /** keys that this version reads but does not act on yet, in words and with their places */
  readonly warnings: readonly Failure[];
  /** what was inferred, in words; empty when there is a rockpool.yaml */
  readonly inferred: readonly string[];
}
