import { posix } from 'node:path';
import type { Survey } from '../survey/survey.ts';
import { type ChosenSources, keep } from './chosen-sources.ts';
import type { Source } from './source.ts';

/** Where skaffold.yaml or a Tiltfile says what is applied, that is what the owners mean; unless nothing of it is there. Pure. */
export function asOtherTools(sources: readonly Source[], { tools }: Survey): ChosenSources {
  const manifests = tools.flatMap((file) => file.manifests);
  const folders = [
    ...tools.flatMap(({ kustomize }) => kustomize),
    ...tools.flatMap(({ helm }) => helm.map(({ chart }) => chart)),
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
      .map(({ path }) => `${path}: ${tools.map((file) => file.path).join(', ')} does not apply it`),
  };
}
