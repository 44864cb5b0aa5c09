import { parseDuration } from '../logs/duration.ts';
import { RockpoolError } from '../session/failure.ts';

/** ms that `--timeout` names. Throws a RockpoolError of exit code 2. */
export function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new RockpoolError(
    {
      code: 'USAGE',
      subject: '--timeout',
      message: `"${text}" of --timeout is no duration.`,
      hint: 'Write a number and h, m, s or ms: 90s, 5m.',
    },
    { exitCode: 2 },
  );
}
