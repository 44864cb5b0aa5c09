import { posix } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../../config/config.ts';
import type { ConfigFile } from '../../config/schema.ts';
import type { Answers, Proposal, Question } from '../proposal.ts';
import { environmentOf } from '../propose/environments.ts';

/** What a proposal for the project would have and its rockpool.yaml has not, in words. Pure. */
export function findMissing(config: Config, { yaml }: Pick<Proposal, 'yaml'>): readonly string[] {
  const proposed = parse(yaml) as Partial<ConfigFile>;
  const dockerfiles = new Set(config.images.map(({ dockerfile }) => dockerfile));
  const forwards = new Set(config.forwards.map(({ kind, name, port }) => `${kind}/${name}:${port}`));
  const entries = entriesOf(config);
  return [
    ...(proposed.images ?? [])
      .map(({ name, context, dockerfile = posix.join(context, 'Dockerfile') }) => ({ name, dockerfile }))
      .filter(({ dockerfile }) => !dockerfiles.has(dockerfile))
      .map(({ name, dockerfile }) => `image ${name} from ${dockerfile}`),
    ...(proposed.manifests ?? [])
      .map(pathOf)
      .filter((path) => !entries.some((entry) => covers(path, entry)))
      .map((path) => `manifests ${path}`),
    ...(proposed.forwards ?? [])
      .map(({ to, port }) => `${to}:${port}`)
      .filter((forward) => !forwards.has(forward))
      .map((forward) => `forward ${forward}`),
  ];
}

/** How a rockpool.yaml answers the questions of a proposal. Pure. */
export function answersOf(config: Config, questions: readonly Question[]): Answers {
  const answers = questions.flatMap(({ id, choices }): [string, string][] => {
    const choice = choices.find(({ value }) => isTaken(config, id, value));
    return choice ? [[id, choice.value]] : [];
  });
  return Object.fromEntries(answers);
}

function isTaken(config: Config, id: string, value: string): boolean {
  const entries = entriesOf(config);
  if (id === 'environment') return entries.some((entry) => environmentOf(entry) === value);
  if (id === 'manifests') return entries.some((entry) => entry === value || posix.dirname(entry) === value);
  return config.images.some(({ dockerfile }) => dockerfile === value);
}

/** What is named among the manifests: files, patterns, folders of charts and kustomizations, values files. */
const entriesOf = ({ manifests, generated }: Config): readonly string[] => [
  ...manifests,
  ...generated.flatMap((item) => (item.tool === 'helm' ? [item.chart, ...item.values] : [item.folder])),
];

function pathOf(entry: NonNullable<ConfigFile['manifests']>[number]): string {
  if (typeof entry === 'string') return entry;
  return 'helm' in entry ? entry.helm.chart : entry.kustomize;
}

/** Whether an entry takes in all that another one does, as far as their words tell. */
function covers(entry: string, by: string): boolean {
  return entry === by || posix.dirname(entry) === by || posix.matchesGlob(entry, by);
}
