/**
 * What of an image's configuration a build needs. Paths are relative to the project and use `/`; the image entries of
 * rockpool.yaml have this shape.
 */
export interface ImageSpec {
  /** as the manifests write it, without tag or digest */
  readonly name: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** id to file, for RUN --mount=type=secret */
  readonly secrets: Readonly<Record<string, string>>;
  /** as `docker build --ssh` takes them */
  readonly ssh: readonly string[];
  readonly platform?: string;
  /** additional named build contexts: folders of the project, or what `docker build --build-context` takes */
  readonly contexts: Readonly<Record<string, string>>;
  /** patterns in .dockerignore's syntax, added to it */
  readonly ignore: readonly string[];
}
