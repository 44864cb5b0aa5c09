import { posix } from 'node:path';
import type { Config } from '../../config/config.ts';
import { nameGenerated } from '../../config/name-generated.ts';
import type { Answers, Question } from '../proposal.ts';
import { environmentOf } from '../propose/environments.ts';

/** What a proposal for the project would have and its rockpool.yaml has not, in words. Pure. */
export function findMissing(config: Config, proposed: Config): readonly string[] {
  const dockerfiles = new Set(config.images.map(({ dockerfile }) => dockerfile));
  const forwards = new Set(config.forwards.map(({ kind, name, port }) => `${kind}/${name}:${port}`));
  return [
    ...proposed.images
      .filter(({ dockerfile }) => !dockerfiles.has(dockerfile))
      .map(({ name, dockerfile }) => `image ${name} from ${dockerfile}`),
    ...proposed.manifests
      .filter((entry) => !config.manifests.some((other) => covers(entry, other)))
      .map((entry) => `manifests ${entry}`),
    ...proposed.generated
      .filter(
        (generated) => !config.generated.some((other) => nameGenerated(other) === nameGenerated(generated)),
      )
      .map((generated) => `manifests ${nameGenerated(generated)}`),
    ...proposed.forwards
      .filter(({ kind, name, port }) => !forwards.has(`${kind}/${name}:${port}`))
      .map(({ id }) => `forward ${id}`),
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

function isTaken({ images, manifests: files, generated }: Config, id: string, value: string): boolean {
  const folders = generated.flatMap((item) =>
    item.tool === 'helm' ? [item.chart, ...item.values] : [item.folder],
  );
  const manifests = [...files, ...folders];
  if (id === 'environment') return manifests.some((entry) => environmentOf(entry) === value);
  if (id === 'manifests') return manifests.some((entry) => entry === value || posix.dirname(entry) === value);
  return images.some(({ dockerfile }) => dockerfile === value);
}

/** Whether an entry of `manifests` takes in all that another one does, as far as their words tell. */
function covers(entry: string, by: string): boolean {
  return entry === by || posix.dirname(entry) === by || posix.matchesGlob(entry, by);
}
