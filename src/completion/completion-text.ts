import type { Completion } from './complete-line.ts';

/** Longer descriptions would leave no room for names. */
const LONGEST = 80;

/**
 * What the shells' scripts read: a line for each candidate, its value, a tab, what it is; and a last line `:files`,
 * `:folders` or `:`, for what the shell is to offer itself. Values come from files that others wrote, and the shell runs
 * the line that they stand in: what would mean anything to a shell is left out. Pure.
 */
export function completionText({ candidates, also }: Completion): string {
  const lines = candidates
    .filter(({ value }) => HARMLESS.test(value) && !value.startsWith(':'))
    .map(({ value, about = '' }) => `${value}\t${short(about)}`);
  return `${[...lines, `:${also ?? ''}`].join('\n')}\n`;
}

/** Means itself to bash, zsh, fish and PowerShell, wherever it stands in a word. */
const HARMLESS = /^[\p{L}\p{N}_%+=:,./-][\p{L}\p{N}_@%+=:,./-]*$/u;

function short(about: string): string {
  const line = about.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
