import type { Command } from 'commander';
import { RockpoolError } from '../session/failure.ts';

/**
 * Tells rockpool's options after the name from the command that is to be run: with `--`, what comes before it is
 * rockpool's; without, everything is the command's, as it was written. The options are set on the command line's own
 * Command. Throws a RockpoolError of exit code 2 when what is left is no command.
 */
export function takeOwnOptions(
  words: readonly string[],
  { command }: { readonly command: Command },
): string[] {
  const end = words.indexOf('--');
  const own = words[0]?.startsWith('-') ? words.slice(0, Math.max(0, end)) : [];
  const rest = own.length > 0 || end === 0 ? words.slice(end + 1) : [...words];
  const { operands, unknown } = command.parseOptions(own);
  const wrong = [...unknown, ...operands][0];
  if (wrong !== undefined) throw usage(`${wrong} before -- is no option of rockpool exec.`);
  if (rest.length === 0) throw usage('No command to run was given.');
  if (rest[0]?.startsWith('-')) throw usage(`${rest[0]} is no command.`);
  return rest;
}

function usage(message: string): RockpoolError {
  const hint =
    'Write `rockpool exec [options] NAME -- COMMAND`: its own options before the --, the command after it.';
  return new RockpoolError({ code: 'USAGE', subject: 'exec', message, hint }, { exitCode: 2 });
}
