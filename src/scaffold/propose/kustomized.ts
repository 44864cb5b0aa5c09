import { posix } from 'node:path';
import type { Survey } from '../survey/survey.ts';
import { type ChosenSources, keep } from './chosen-sources.ts';
import type { Source } from './source.ts';

/** Patches look like manifests and are none. Everything beside a kustomization is its business. Pure. */
export function withoutPatches(sources: readonly Source[], survey: Survey): ChosenSources {
  const patches = new Set(survey.kustomizations.flatMap(({ others }) => others));
  const named = new Set(survey.kustomizations.flatMap(({ resources }) => resources));
  const folders = new Set(survey.kustomizations.map(({ path }) => path));
  const deployed = survey.tools.flatMap(({ manifests }) => manifests);
  const isBeside = ({ kind, path }: Source) =>
    kind === 'file' && folders.has(posix.dirname(path)) && !named.has(path) && !deployed.includes(path);
  const isPatch = ({ path }: Source) => patches.has(path);
  return {
    sources: sources.filter((source) => !isPatch(source) && !isBeside(source)),
    questions: [],
    leftOut: sources
      .filter((source) => isBeside(source) && !isPatch(source))
      .map(({ path }) => `${path}: the kustomization beside it does not name it`),
  };
}

/** What a kustomization builds on comes with it. Pure. */
export function withoutParts(sources: readonly Source[]): ChosenSources {
  const parts = new Set(sources.flatMap((source) => [...(source.parts ?? [])]));
  return keep(sources.filter(({ path }) => !parts.has(path)));
}
