import { posix } from 'node:path';
import { parseEnv } from 'node:util';
import { type ComposeProject, type ComposeQuery, readCompose } from '../compose/read-compose.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { Answers, Question } from '../proposal.ts';
import type { FoundText } from '../survey/survey.ts';

interface HiddenQuery extends ComposeQuery {
  readonly env: Readonly<Record<string, string>>;
  readonly files: ProjectFiles;
}

/**
 * Reads a compose file without what git does not take, unless that is answered: what it says ends up in manifests, which
 * git does take. It is a question only where it makes a difference. Pure.
 * @param texts of files that git does not take
 */
export function readWithHidden(
  query: HiddenQuery,
  texts: readonly FoundText[],
  answers: Answers,
): { readonly project: ComposeProject; readonly question?: Question } {
  if (texts.length === 0) return { project: readCompose(query) };
  const folder = posix.dirname(query.sources[0]?.file ?? '');
  const env = parseEnv(
    texts.find(({ path }) => path === posix.join(folder, '.env'))?.source ?? '',
  ) as Readonly<Record<string, string>>;
  const sources = new Map(texts.map(({ path, source }) => [path, source]));
  const text = (path: string) => query.files.text(path) ?? sources.get(path);
  const whole = readCompose({ ...query, env: { ...query.env, ...env }, files: { ...query.files, text } });
  const without = readCompose({ ...query, hidden: { env, paths: new Set(sources.keys()) } });
  if (isSame(whole, without)) return { project: whole };
  const question = questionOf([...sources.keys()], answers);
  return { project: question.answer === 'copy' ? whole : without, question };
}

/** Notes may differ. */
const isSame = (a: ComposeProject, b: ComposeProject): boolean =>
  JSON.stringify([a.sketches, a.images, a.failures]) === JSON.stringify([b.sketches, b.images, b.failures]);

function questionOf(paths: readonly string[], answers: Answers): Question {
  const files = paths.length > 3 ? `${paths.slice(0, 2).join(', ')} and others` : paths.join(', ');
  return {
    id: 'secrets',
    ask: `Git does not take ${files}. Copy what compose uses of that into manifests, which it takes?`,
    choices: [
      {
        value: 'leave',
        hint: 'they are missing there, and told: `{{ env.NAME }}` in a manifest takes one from .env',
      },
      { value: 'copy', hint: 'keep the manifests out of git then' },
    ],
    answer: answers['secrets'] === 'copy' ? 'copy' : 'leave',
    why: 'what is kept out of git may be secret',
  };
}
