import { readDockerfile } from '../../../src/scaffold/survey/find-dockerfiles.ts';
import type { Survey } from '../../../src/scaffold/survey/survey.ts';

/** What is found in a project of Dockerfiles and files beside them, by their text. */
export function surveyOf(texts: Readonly<Record<string, string>>): Survey {
  const files = Object.keys(texts);
  const found = Object.entries(texts).map(([path, source]) => ({ path, source }));
  return {
    name: 'shop',
    paths: new Set(['.', ...files]),
    files,
    texts: new Map(Object.entries(texts)),
    dockerfiles: found
      .filter(({ path }) => path.endsWith('Dockerfile'))
      .flatMap((text) => readDockerfile(text).found ?? []),
    manifests: [],
    kustomizations: [],
    charts: [],
    builds: [],
    compose: [],
    tools: [],
    programs: [],
    forwards: [],
    envFiles: [],
    hidden: [],
    broken: [],
    leftOut: [],
  };
}
