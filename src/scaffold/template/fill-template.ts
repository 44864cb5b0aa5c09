import { pathPattern } from './path-pattern.ts';
import type { Template, TemplateAnswer, TemplateFile } from './template.ts';

/** A file as the project gets it. */
export interface FilledFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/**
 * The files of a project: in each file that an answer names, its word becomes the value. All in one pass, so a value is
 * never replaced again; where two words begin at one place, the longer one counts. Pure.
 * @param values one for each answer, by its name; each has passed `answerProblem`
 */
export function fillTemplate(
  { answers, files }: Pick<Template, 'answers' | 'files'>,
  values: Readonly<Record<string, string>>,
): readonly FilledFile[] {
  const replacers = answers.map((answer) => ({ answer, isIn: inPatterns(answer) }));
  return files.map(({ source, path, content, executable }) => {
    const meant = replacers.filter(({ isIn }) => isIn(source)).map(({ answer }) => answer);
    return { path, executable, content: meant.length === 0 ? content : replaceIn(content, meant, values) };
  });
}

/** Whether the word of an answer is in the text, as a whole word. Pure. */
export function hasWord(text: string, { replaces }: Pick<TemplateAnswer, 'replaces'>): boolean {
  return wordsPattern([replaces]).test(text);
}

/** Whether a file of the template is one that an answer names. Pure. */
export function inPatterns({ in: patterns }: Pick<TemplateAnswer, 'in'>): (source: string) => boolean {
  const tests = patterns.map(pathPattern);
  return (source) => tests.some((test) => test(source));
}

function replaceIn(
  content: TemplateFile['content'],
  answers: readonly TemplateAnswer[],
  values: Readonly<Record<string, string>>,
): Uint8Array {
  const byWord = new Map(answers.map(({ replaces, name }) => [replaces, values[name] ?? replaces]));
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  const filled = text.replace(wordsPattern([...byWord.keys()]), (word) => byWord.get(word) ?? word);
  return new TextEncoder().encode(filled);
}

/** A whole word is not next to a letter, a digit or an underscore. */
function wordsPattern(words: readonly string[]): RegExp {
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}
