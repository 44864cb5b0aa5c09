import type { Instruction } from '../../build/dockerfile-instructions.ts';

/** What follows the keyword and the flags, on one line. Pure. */
export function argumentText({ text }: Pick<Instruction, 'text'>): string {
  return text.replace(/^\S+\s*(?:--\S+\s*)*/, '');
}

/** The words of the JSON form, `["a", "b"]`; undefined when it is not that. Pure. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}
