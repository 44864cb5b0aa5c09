import { posix } from 'node:path';
import type { Survey } from '../survey/survey.ts';
import { type ChosenSources, keep } from './chosen-sources.ts';
import type { Source } from './source.ts';

/** Where skaffold.yaml says what is deployed, that is what the owners mean; unless nothing of it is there. Pure. */
export function asSkaffold(sources: readonly Source[], { skaffold }: Survey): ChosenSources {
  const manifests = skaffold.flatMap((file) => file.manifests);
  const folders = [
    ...skaffold.flatMap(({ kustomize }) => kustomize),
    ...skaffold.flatMap(({ helm }) => helm.map(({ chart }) => chart)),
  ];
  const isNamed = ({ kind, path }: Source) =>
    kind === 'file'
      ? manifests.some(
          (pattern) =>
            pattern === path || pattern === posix.dirname(path) || posix.matchesGlob(path, pattern),
        )
      : folders.includes(path);
  const named = sources.filter(isNamed);
  if (named.length === 0) return keep(sources);
  const parts = new Set(sources.flatMap((source) => [...(source.parts ?? [])]));
  return {
    sources: named,
    questions: [],
    leftOut: sources
      .filter((source) => !isNamed(source) && !parts.has(source.path))
      .map(({ path }) => `${path}: ${skaffold.map((file) => file.path).join(', ')} does not deploy it`),
  };
}
