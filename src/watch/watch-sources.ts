import type { SyncRule } from '../sync/sync-rules.ts';

/** What a session reads, as the configuration says it. Paths are relative to the project and use `/`. */
export interface WatchSources {
  /** the project, absolute */
  readonly root: string;
  readonly images: readonly {
    readonly name: string;
    readonly context: string;
    readonly dockerfile: string;
    /** further build contexts: folders, or addresses, which are not watched */
    readonly contexts: Readonly<Record<string, string>>;
    /** patterns in .dockerignore's syntax */
    readonly ignore: readonly string[];
    readonly sync: readonly SyncRule[];
    /** how new code gets to the pods */
    readonly update: string;
  }[];
  /** files, folders and glob patterns */
  readonly manifests: readonly string[];
  /** charts and kustomizations: absolute paths of what they are rendered from, folders with all that is in them */
  readonly generated: readonly {
    readonly inputs: { readonly files: readonly string[]; readonly folders: readonly string[] };
  }[];
  /** absolute paths of the configuration's files, also of those that are not there yet */
  readonly sources: readonly string[];
}
