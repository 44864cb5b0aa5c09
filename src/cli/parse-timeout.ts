import { parseDuration } from '../logs/duration.ts';
import { RockpoolError } from '../session/failure.ts';

/** ms that `--timeout`, or another option, names. Throws a RockpoolError of exit code 2. */
export function parseTimeout(text: string, option = '--timeout'): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new RockpoolError(
    {
      code: 'USAGE',
      subject: option,
      message: `"${text}" of ${option} is no duration.`,
      hint: 'Write a number and h, m, s or ms: 90s, 5m.',
    },
    { exitCode: 2 },
  );
}
