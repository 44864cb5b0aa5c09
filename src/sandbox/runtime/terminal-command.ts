import { existsSync } from 'node:fs';
import { type ExecStreams, StartError } from './runtime.ts';

/** util-linux and BSD have it; Node itself cannot make a terminal. */
const SCRIPT = '/usr/bin/script';

/** A command that gets a terminal by `script`. Throws a StartError where there is none. */
export function inTerminal(
  command: readonly [string, ...string[]],
  size: ExecStreams['size'],
): readonly [string, ...string[]] {
  if (!existsSync(SCRIPT))
    throw new StartError(`the sandbox gives a terminal by ${SCRIPT}, which this machine lacks: leave -t out`);
  // script takes the size of its own terminal, which it has not.
  const sizing = size ? `stty rows ${size.height} cols ${size.width} 2>/dev/null; ` : '';
  const line = `${sizing}exec ${command.map(quoted).join(' ')}`;
  if (process.platform === 'darwin') return [SCRIPT, '-q', '/dev/null', '/bin/sh', '-c', line];
  return [SCRIPT, '--quiet', '--return', '--flush', '--command', line, '/dev/null'];
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
