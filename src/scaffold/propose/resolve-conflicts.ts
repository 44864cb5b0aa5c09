import { posix } from 'node:path';
import type { Manifest } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import type { Answers, Question } from '../proposal.ts';
import type { ChosenSources } from './chosen-sources.ts';
import { imagesIn } from './image-uses.ts';
import { isOwn } from './is-own.ts';
import { identityOf, type Source } from './source.ts';
import { compareUsual, type SourceSet, whyUsual } from './usual-place.ts';

/**
 * Of sources that bring the same object one stays: those of the folder that is most likely meant, or that was answered
 * for. A folder most of whose files repeat what another has is the same thing once more, and left out as a whole; so is one
 * that runs a program of the project under the same name in another namespace, and a chart that runs what files do. Pure.
 */
export function resolveConflicts(sources: readonly Source[], answers: Answers): ChosenSources {
  const sets = setsOf(sources);
  const rivals = sets.filter((set) => sets.some((other) => other !== set && isOverlap(set, other)));
  const ordered = [...sets].sort((a, b) => compareUsual(a, b));
  const given = rivals.find(({ path }) => path === answers['manifests']);
  const order = given ? [given, ...ordered.filter((set) => set !== given)] : ordered;
  const { taken, leftOut } = take(order);
  const preferred = order.find((set) => rivals.includes(set));
  const kept = sources.filter((source) => taken.has(source));
  const needless = kept.filter((source) => isForOthers(source, kept, sources));
  return {
    sources: kept.filter((source) => !needless.includes(source)),
    questions: preferred ? [toQuestion(rivals, preferred)] : [],
    leftOut: [...leftOut, ...needless.map(({ path }) => `${path}: what runs in its namespace is left out`)],
  };
}

function setsOf(sources: readonly Source[]): readonly SourceSet[] {
  const keyOf = ({ kind, path }: Source) => (kind === 'file' ? posix.dirname(path) : path);
  return [...new Set(sources.map(keyOf))].map((path) => ({
    path,
    sources: sources.filter((source) => keyOf(source) === path),
  }));
}

const identitiesOf = (sources: readonly Source[]): ReadonlySet<string> =>
  new Set(
    sources.flatMap(({ kind, objects }) =>
      objects.flatMap(({ manifest }) => [
        identityOf(manifest),
        ...programsOf(manifest),
        ...runBy(kind, manifest),
      ]),
    ),
  );

/** A workload that runs images of the project, whatever its namespace is. */
function programsOf(manifest: Manifest): readonly string[] {
  const own = imagesIn(manifest).filter(isOwn);
  return own.length === 0 ? [] : [`${manifest.kind} ${manifest.metadata.name} of ${own.join(', ')}`];
}

/** The same without its name: a release gives names of its own. */
function runBy(kind: Source['kind'], manifest: Manifest): readonly string[] {
  const own = imagesIn(manifest).filter(isOwn);
  return own.length === 0
    ? []
    : [`${kind === 'helm' ? 'chart' : 'files'}: ${manifest.kind} of ${own.join(', ')}`];
}

function isOverlap(a: SourceSet, b: SourceSet): boolean {
  const others = identitiesOf(b.sources);
  return a.sources.some(({ kind, objects }) =>
    objects.some(({ manifest }) =>
      [
        identityOf(manifest),
        ...programsOf(manifest),
        ...runBy(kind === 'helm' ? 'file' : 'helm', manifest),
      ].some((identity) => others.has(identity)),
    ),
  );
}

function take(order: readonly SourceSet[]): { taken: ReadonlySet<Source>; leftOut: readonly string[] } {
  const owners = new Map<string, Source>();
  const programs = new Map<string, Source>();
  const taken = new Set<Source>();
  const leftOut: string[] = [];
  for (const set of order) {
    const elsewhere = set.sources.flatMap((source) => clashElsewhere(source, programs));
    const clashes = new Map([...elsewhere, ...set.sources.flatMap((source) => clashOf(source, owners))]);
    const isCopy = elsewhere.length > 0 || clashes.size * 2 > set.sources.length;
    for (const source of set.sources) {
      const clash = clashes.get(source) ?? clashOf(source, owners)[0]?.[1];
      if (clash !== undefined) leftOut.push(`${source.path}: ${clash}`);
      else if (isCopy) leftOut.push(`${source.path}: ${set.path} repeats what others have`);
      else add(source, owners, taken);
    }
    for (const source of set.sources.filter((item) => taken.has(item)))
      for (const { manifest } of source.objects)
        for (const program of [...programsOf(manifest), ...runBy(source.kind, manifest)])
          programs.set(program, source);
  }
  return { taken, leftOut };
}

/** A chart's names are guessed, so that only what is settled is compared with it. */
function clashOf(
  source: Source,
  owners: ReadonlyMap<string, Source>,
): readonly (readonly [Source, string])[] {
  for (const { manifest } of source.objects) {
    const owner = owners.get(identityOf(manifest));
    if (owner) return [[source, `${manifest.kind} ${manifest.metadata.name} is in ${owner.path}, too`]];
  }
  return [];
}

/** The same program in another namespace, or of a chart. */
function clashElsewhere(
  source: Source,
  programs: ReadonlyMap<string, Source>,
): readonly (readonly [Source, string])[] {
  return source.objects.flatMap(({ manifest }) => {
    const same = [...programsOf(manifest), ...runBy(source.kind === 'helm' ? 'file' : 'helm', manifest)];
    const owner = same.flatMap((program) => programs.get(program) ?? [])[0];
    const words = `what ${manifest.kind} ${manifest.metadata.name} runs is in ${owner?.path}, too`;
    return owner ? [[source, words] as const] : [];
  });
}

/** Whether a file only prepares a namespace that nothing runs in any more. */
function isForOthers({ objects }: Source, kept: readonly Source[], all: readonly Source[]): boolean {
  const names = new Set(
    objects.map(({ manifest: { kind, metadata } }) =>
      kind === 'Namespace' ? metadata.name : metadata.namespace,
    ),
  );
  const [name] = names;
  if (name === undefined || names.size > 1 || objects.some(({ manifest }) => podTemplatePath(manifest)))
    return false;
  const runsIn = (sources: readonly Source[]) =>
    sources.some((source) =>
      source.objects.some(
        ({ manifest }) => podTemplatePath(manifest) && manifest.metadata.namespace === name,
      ),
    );
  return runsIn(all) && !runsIn(kept);
}

function add(source: Source, owners: Map<string, Source>, taken: Set<Source>): void {
  taken.add(source);
  for (const { manifest } of source.objects) owners.set(identityOf(manifest), source);
}

function toQuestion(rivals: readonly SourceSet[], preferred: SourceSet): Question {
  return {
    id: 'manifests',
    ask: 'Several places bring the same objects. Which is for development?',
    choices: rivals.map(({ path, sources }) => ({ value: path, hint: wordsFor(sources) })),
    answer: preferred.path,
    why: whyUsual(rivals, preferred),
  };
}

function wordsFor(sources: readonly Source[]): string {
  const [first] = sources;
  if (first?.kind === 'helm') return 'a chart';
  if (first?.kind === 'kustomize') return 'a kustomization';
  return sources.map(({ path }) => posix.basename(path)).join(', ');
}
