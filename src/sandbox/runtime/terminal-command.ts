import { existsSync } from 'node:fs';
import { StartError } from './runtime.ts';

/** util-linux and BSD have it; Node itself cannot make a terminal. */
const SCRIPT = '/usr/bin/script';

/** A command that gets a terminal by `script`. Throws a StartError where there is none. */
export function inTerminal(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  if (!existsSync(SCRIPT))
    throw new StartError(`the sandbox gives a terminal by ${SCRIPT}, which this machine lacks: leave -t out`);
  if (process.platform === 'darwin') return [SCRIPT, '-q', '/dev/null', ...command];
  return [SCRIPT, '--quiet', '--return', '--flush', '--command', command.map(quoted).join(' '), '/dev/null'];
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
