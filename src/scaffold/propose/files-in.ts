import type { ProjectFiles } from '../project-files.ts';
import type { Survey } from '../survey/survey.ts';

/** The files of a folder of the project as those see them who read a Dockerfile in it. Pure. */
export function filesIn(folder: string, { files, texts }: Survey): ProjectFiles {
  const prefix = folder === '.' ? '' : `${folder}/`;
  return {
    paths: files.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    text: (path) => texts.get(`${prefix}${path}`),
  };
}
