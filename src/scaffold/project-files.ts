/** The files that a Dockerfile or compose file is read together with. */
export interface ProjectFiles {
  /** relative to the folder in question (the build context, the folder of the compose file), with `/`; no folders */
  readonly paths: readonly string[];
  /** Text of one of them; undefined when it is not there or no text. */
  text(path: string): string | undefined;
}

/** For callers that know of no files. */
export const NO_FILES: ProjectFiles = { paths: [], text: () => undefined };

/** The files of one folder of them, relative to it. Pure. */
export function filesUnder(files: ProjectFiles, folder: string): ProjectFiles {
  if (folder === '.' || folder === '') return files;
  const prefix = `${folder}/`;
  return {
    paths: files.paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    text: (path) => files.text(prefix + path),
  };
}
