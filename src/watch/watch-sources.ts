/** What a session reads, as far as watching it goes. Paths are absolute and use `/`. */
export interface WatchSources {
  readonly root: string;
  readonly images: readonly {
    readonly name: string;
    readonly context: string;
    readonly dockerfile: string;
    /** folders that are build contexts besides */
    readonly contexts: readonly string[];
    /** patterns of the configuration in .dockerignore's syntax */
    readonly ignore: readonly string[];
  }[];
  /** files, folders and glob patterns, relative to the root */
  readonly manifests: readonly string[];
  /** files of the configuration, also those that are not there yet */
  readonly config: readonly string[];
}
