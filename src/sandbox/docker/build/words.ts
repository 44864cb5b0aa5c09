import { expandVariables } from '../../../build/expand-variables.ts';

const WORD = /(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\]|["'\\])+/gs;

/** Splits at blanks outside of quotes; quotes and backslashes stay. Pure. */
export function splitWords(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** Replaces the variables of a word and takes its quotes and backslashes away, as BuildKit does outside of RUN. Pure. */
export function expandWord(word: string, variables: ReadonlyMap<string, string>): string {
  const pieces = word.match(/'[^']*'|\\.|"(?:\\.|[^"\\])*"|[^'"\\]+|['"\\]/gs) ?? [];
  return pieces.map((piece) => expandPiece(piece, variables)).join('');
}

function expandPiece(piece: string, variables: ReadonlyMap<string, string>): string {
  if (piece.startsWith('\\')) return piece.slice(1);
  if (piece.startsWith("'")) return piece.length > 1 ? piece.slice(1, -1) : piece;
  if (!piece.startsWith('"') || piece.length === 1) return expandVariables(piece, variables);
  const inside = piece.slice(1, -1).match(/\\.|[^\\]+/gs) ?? [];
  const expanded = inside.map((part) => {
    if (!part.startsWith('\\')) return expandVariables(part, variables);
    return /^\\["\\$]/.test(part) ? part.slice(1) : part;
  });
  return expanded.join('');
}

/** `["a", "b"]`; undefined: it is the shell form, as is anything that is no list of strings. Pure. */
export function parseExecForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return isList ? value : undefined;
  } catch {
    return undefined;
  }
}
