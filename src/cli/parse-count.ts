import { RockpoolError } from '../session/failure.ts';

/** The number that an option names, 0 when it was not given. Throws a RockpoolError of exit code 2. */
export function parseCount(text: string | undefined, option: string): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RockpoolError(
    {
      code: 'USAGE',
      subject: option,
      message: `"${text}" of ${option} is no number.`,
      hint: 'Write 0 or more.',
    },
    { exitCode: 2 },
  );
}
