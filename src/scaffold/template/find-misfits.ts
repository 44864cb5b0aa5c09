import { type ConfigTree, placeAt } from '../../config/config-tree.ts';
import type { SourcePlace } from '../../session/failure.ts';
import { hasWord } from './fill-template.ts';
import { pathPattern } from './path-pattern.ts';
import { bytesInWords } from './read-plain-file.ts';
import { textOf } from './read-template-head.ts';
import type { TemplateAnswer, TemplateFile } from './template.ts';

/** Of a file that answers are filled into. */
const MAX_TEXT_BYTES = 1_000_000;

export interface Misfit {
  readonly message: string;
  readonly at: SourcePlace;
}

/**
 * Answers that do not fit the files of their template: patterns without files, files that are no text, words that are in none of
 * them, and two answers for one word of a file. Pure.
 */
export function findMisfits(
  answers: readonly TemplateAnswer[],
  files: readonly TemplateFile[],
  tree: ConfigTree,
): readonly Misfit[] {
  const named = answers.map((answer, index) => ({ answer, index, patterns: namedBy(answer, files) }));
  const seen = new Map<string, number>();
  return named.flatMap(({ answer, index, patterns }) => {
    const at = (...path: (string | number)[]): SourcePlace => placeAt(tree, ['answers', index, ...path]);
    const say = (message: string, ...path: (string | number)[]): Misfit => ({
      message: `answers[${index}].${message}`,
      at: at(...path),
    });
    const empty = patterns.flatMap(({ pattern, named }, inner) =>
      named.length === 0 ? [say(`in: no file is named by ${pattern}`, 'in', inner)] : [],
    );
    const meant = [...new Set(patterns.flatMap(({ named }) => named))];
    return [
      ...empty,
      ...wordMisfits(answer, meant, say),
      ...meant.flatMap(({ source }) => doubled(source, answer, { index, seen, say })),
    ];
  });
}

type Say = (message: string, ...path: (string | number)[]) => Misfit;

interface NamedFiles {
  readonly pattern: string;
  readonly named: readonly TemplateFile[];
}

function namedBy(answer: TemplateAnswer, files: readonly TemplateFile[]): readonly NamedFiles[] {
  return answer.in.map((pattern) => {
    const matches = pathPattern(pattern);
    return { pattern, named: files.filter(({ source }) => matches(source)) };
  });
}

function wordMisfits(answer: TemplateAnswer, meant: readonly TemplateFile[], say: Say): readonly Misfit[] {
  const texts = meant.map(({ source, content }) => ({ source, text: fillable(content) }));
  const unreadable = texts.flatMap(({ source, text }) =>
    text === undefined ? [say(`in: ${source} ${NOT_FILLABLE}`, 'in')] : [],
  );
  const isUsed = texts.some(({ text }) => text !== undefined && hasWord(text, answer));
  if (isUsed || meant.length === 0) return unreadable;
  return [...unreadable, say(`replaces: none of its files has the word ${answer.replaces}`, 'replaces')];
}

const NOT_FILLABLE = `is not UTF-8 text of at most ${bytesInWords(MAX_TEXT_BYTES)}`;

function fillable(content: Uint8Array): string | undefined {
  return content.length > MAX_TEXT_BYTES ? undefined : textOf(content);
}

/** Marks the word of a file as taken, and tells when it was. */
function doubled(
  source: string,
  { replaces }: TemplateAnswer,
  { index, seen, say }: { index: number; seen: Map<string, number>; say: Say },
): readonly Misfit[] {
  const key = JSON.stringify([source, replaces]);
  const other = seen.get(key);
  seen.set(key, other ?? index);
  return other === undefined
    ? []
    : [say(`replaces: in ${source} this word is replaced by answers[${other}] already`, 'replaces')];
}
