import type { Answers, Question } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { asOtherTools } from './as-other-tools.ts';
import { type ChosenSources, keep } from './chosen-sources.ts';
import { environmentOf, rankOf } from './environments.ts';
import { isOfSamples, isSample } from './is-sample.ts';
import { withoutParts, withoutPatches } from './kustomized.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import { identityOf, type Source } from './source.ts';
import { sourcesOf } from './sources-of.ts';

/**
 * Which of the manifests, kustomizations and charts of a project are its own for development: of several environments
 * one, of two that bring the same object one. Pure.
 */
export function chooseSources(survey: Survey, answers: Answers): ChosenSources {
  const steps: readonly ((sources: readonly Source[], answers: Answers) => ChosenSources)[] = [
    (sources) => withoutPatches(sources, survey),
    withoutSamples,
    (sources) => asOtherTools(sources, survey),
    withoutUnknownKinds,
    ofOneEnvironment,
    withoutParts,
    resolveConflicts,
  ];
  const chosen = steps.reduce<ChosenSources>(
    (before, step) => {
      const { sources, questions, leftOut } = step(before.sources, answers);
      return {
        sources,
        questions: [...before.questions, ...questions],
        leftOut: [...before.leftOut, ...leftOut],
      };
    },
    keep(sourcesOf(survey, answers)),
  );
  return { ...chosen, leftOut: withoutTaken(chosen) };
}

/** What a kustomization among them builds on is not left out. */
function withoutTaken({ sources, leftOut }: ChosenSources): ChosenSources['leftOut'] {
  const parts = new Set(sources.flatMap((source) => [...(source.parts ?? [])]));
  return leftOut.filter((words) => !parts.has(words.slice(0, words.indexOf(': '))));
}

/** A project that is nothing but samples is one. */
function withoutSamples(sources: readonly Source[]): ChosenSources {
  const samples = sources.filter(({ kind, path }) => (kind === 'kustomize' ? isOfSamples : isSample)(path));
  if (samples.length === 0 || samples.length === sources.length) return keep(sources);
  return {
    sources: sources.filter((source) => !samples.includes(source)),
    questions: [],
    leftOut: samples.map(({ path }) => `${path}: lies in a folder of samples or tests`),
  };
}

/** Groups that every cluster serves. */
const BUILT_IN =
  /^(?:|apps|batch|autoscaling|policy|extensions|(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)$/;

/** A cluster refuses objects of kinds that it does not know, and with them the whole apply. */
function withoutUnknownKinds(sources: readonly Source[]): ChosenSources {
  const defined = new Set(
    sources.flatMap(({ objects }) => objects).flatMap(({ manifest }) => definedBy(manifest)),
  );
  const unknownIn = ({ kind, objects }: Source) => {
    const groups = objects.map(({ manifest }) => manifest.apiVersion.split('/').slice(0, -1).join(''));
    const all =
      kind !== 'helm' &&
      objects.length > 0 &&
      groups.every((group) => !BUILT_IN.test(group) && !defined.has(group));
    return all ? objects[0]?.manifest : undefined;
  };
  return {
    sources: sources.filter((source) => !unknownIn(source)),
    questions: [],
    leftOut: sources.flatMap((source) => {
      const manifest = unknownIn(source);
      if (!manifest) return [];
      return [
        `${source.path}: ${manifest.kind} of ${manifest.apiVersion} needs its CRD in the cluster; add it if it is there`,
      ];
    }),
  };
}

function definedBy({ kind, spec }: Source['objects'][number]['manifest']): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const { group } = (spec ?? {}) as { readonly group?: unknown };
  return typeof group === 'string' ? [group] : [];
}

/** What is for all environments stays; of the others those of one. */
function ofOneEnvironment(sources: readonly Source[], answers: Answers): ChosenSources {
  const environments = [...new Set(sources.flatMap(({ path }) => environmentOf(path) ?? []))].sort(
    (a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b),
  );
  const [nearest] = environments;
  if (nearest === undefined) return keep(sources);
  const general = sources.filter(({ path }) => environmentOf(path) === undefined);
  const isEnough = rankOf(nearest) > rankOf(undefined) && general.some(hasWorkload);
  const choices = [...environments, ...(general.some(hasWorkload) ? [NONE] : [])];
  const fallback = isEnough ? NONE : nearest;
  const given = answers['environment'];
  const answer = given !== undefined && choices.includes(given) ? given : fallback;
  const isChosen = ({ path }: Source) => [undefined, answer].includes(environmentOf(path));
  const question: Question = {
    id: 'environment',
    ask: 'Which environment is for development on this machine?',
    choices: choices.map((value) => ({
      value,
      hint: value === NONE ? 'what is for all of them' : pathsOf(sources, value),
    })),
    answer,
    why: isEnough ? 'the rest is complete without any of them' : `${nearest} is nearest to development`,
  };
  return {
    sources: sources.filter(isChosen),
    questions: choices.length > 1 ? [question] : [],
    leftOut: sources
      .filter((source) => !isChosen(source))
      .map(({ path }) => `${path}: is for ${environmentOf(path)}`),
  };
}

const NONE = 'none';

const hasWorkload = ({ kind, objects, template }: Source): boolean =>
  kind !== 'file' ||
  template !== undefined ||
  objects.some(({ manifest }) => /^\/(Pod)$|^(apps|batch)\//.test(identityOf(manifest)));

const pathsOf = (sources: readonly Source[], environment: string): string =>
  sources
    .filter(({ path }) => environmentOf(path) === environment)
    .map(({ path }) => path)
    .join(', ');
