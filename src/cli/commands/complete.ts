import type { Command } from 'commander';
import { completeLine } from '../../completion/complete-line.ts';
import { completionText } from '../../completion/completion-text.ts';
import { splitLine } from '../../completion/split-line.ts';
import { createNameSource } from '../name-source.ts';

/** Somebody waits with a finger on the Tab key. In ms. */
const PATIENCE = 1000;

/**
 * `rockpool complete`: what may stand at the end of a command line, for the shells' scripts. Says nothing on stderr, and
 * nothing at all where something is wrong: whoever types is in the middle of a line.
 */
export async function complete(
  program: Command,
  words: readonly string[],
  line: string | undefined,
): Promise<number> {
  const typed = line === undefined ? words : splitLine(line).slice(1);
  const source = createNameSource({ cwd: process.cwd(), env: process.env, patience: PATIENCE });
  try {
    process.stdout.write(completionText(await completeLine(program, typed, source)));
  } catch {
    // The word stays as it is typed.
  }
  return 0;
}
