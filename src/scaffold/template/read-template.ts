import { basename } from 'node:path';
import { type ConfigTree, placeAt } from '../../config/config-tree.ts';
import { type Failure, RockpoolError, type SourcePlace } from '../../session/failure.ts';
import { hasWord, inPatterns } from './fill-template.ts';
import { pathPattern } from './path-pattern.ts';
import { bytesInWords } from './read-plain-file.ts';
import { readTemplateHead, textOf } from './read-template-head.ts';
import type { Template, TemplateAnswer, TemplateFile, TemplatePlace } from './template.ts';
import { readTemplateFiles } from './template-files.ts';
import { templateProblem } from './template-problem.ts';

/** Of a file that answers are filled into. */
const MAX_TEXT_BYTES = 1_000_000;

/**
 * Reads a whole template into memory and checks it; nothing of it is run. Rejects with a RockpoolError of exit code 2 that
 * holds every problem (TEMPLATE_INVALID, those of template.yaml with their places), or with the signal's reason.
 */
export async function readTemplate(place: TemplatePlace, signal: AbortSignal): Promise<Template> {
  signal.throwIfAborted();
  const { head, tree, problems } = await readTemplateHead(place);
  const { files, problems: wrong } = await readTemplateFiles(place.folder, head?.leave ?? [], signal);
  const unfit =
    head && tree ? head.answers.flatMap((answer, index) => misfits(answer, index, files, tree)) : [];
  const all = [
    ...problems.map(({ message, at, hint }) => templateProblem(place.name, message, at, hint)),
    ...unfit.map(({ message, at }) => templateProblem(place.name, message, at)),
    ...wrong.map(({ path, words }) =>
      templateProblem(place.name, `${[place.shown, path].filter(Boolean).join('/')} ${words}`),
    ),
  ];
  refuse(all);
  if (!head) throw new Error('a template without a head has problems');
  return { ...head, name: place.name, title: basename(place.folder), files };
}

interface Misfit {
  readonly message: string;
  readonly at: SourcePlace;
}

/** Patterns without files, files that are no text, and a word that is in none of them: signs of a template that rotted. */
function misfits(
  answer: TemplateAnswer,
  index: number,
  files: readonly TemplateFile[],
  tree: ConfigTree,
): readonly Misfit[] {
  const at = (...path: (string | number)[]): SourcePlace => placeAt(tree, ['answers', index, ...path]);
  const empty = answer.in.flatMap((pattern, inner) => {
    const matches = pathPattern(pattern);
    if (files.some(({ source }) => matches(source))) return [];
    return [{ message: `answers[${index}].in: no file is named by ${pattern}`, at: at('in', inner) }];
  });
  const meant = files.filter(({ source }) => inPatterns(answer)(source));
  const texts = meant.map(({ source, content }) => ({ source, text: fillable(content) }));
  const unreadable = texts.flatMap(({ source, text }) =>
    text === undefined ? [{ message: `answers[${index}].in: ${source} ${NOT_FILLABLE}`, at: at('in') }] : [],
  );
  const isUsed = texts.some(({ text }) => text !== undefined && hasWord(text, answer));
  const unused = {
    message: `answers[${index}].replaces: none of its files has the word ${answer.replaces}`,
    at: at('replaces'),
  };
  return [...empty, ...unreadable, ...(isUsed || meant.length === 0 ? [] : [unused])];
}

const NOT_FILLABLE = `is not UTF-8 text of at most ${bytesInWords(MAX_TEXT_BYTES)}`;

function fillable(content: Uint8Array): string | undefined {
  return content.length > MAX_TEXT_BYTES ? undefined : textOf(content);
}

/** Many problems have one reason: the first ones do. */
function refuse(problems: readonly Failure[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, MAX_TOLD);
  const rest = problems.length - shown.length;
  const more = templateProblem('', `${rest} further problems of the template are not shown`);
  throw new RockpoolError(rest > 0 ? [...shown, { ...more, subject: shown[0]?.subject ?? '' }] : shown, {
    exitCode: 2,
  });
}

const MAX_TOLD = 50;
