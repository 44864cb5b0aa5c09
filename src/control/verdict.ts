import type { Failure } from '../session/failure.ts';

/** How far a part of a session is with the newest save. */
export type Verdict =
  | { readonly is: 'current' }
  | { readonly is: 'failed'; readonly failures: readonly Failure[] }
  | {
      readonly is: 'waiting';
      /** in words */
      readonly for: readonly string[];
      /** ms after which it may have passed without any news */
      readonly lookAgainIn?: number;
      /** what is wrong and may pass */
      readonly failures?: readonly Failure[];
    };

export const current: Verdict = { is: 'current' };

export const waiting = (what: string, lookAgainIn?: number, failures: readonly Failure[] = []): Verdict => ({
  is: 'waiting',
  for: [what],
  ...(lookAgainIn === undefined ? {} : { lookAgainIn }),
  ...(failures.length === 0 ? {} : { failures }),
});

export const failed = (failures: readonly Failure[]): Verdict => ({ is: 'failed', failures });

/** The verdict on the whole: one part that failed is enough, and all must be current. Pure. */
export function together(parts: readonly Verdict[]): Verdict {
  const failures = parts.flatMap((part) => (part.is === 'failed' ? part.failures : []));
  if (failures.length > 0) return failed(failures);
  const open = parts.flatMap((part) => (part.is === 'waiting' ? [part] : []));
  if (open.length === 0) return current;
  const passing = open.flatMap((part) => part.failures ?? []);
  const again = Math.min(...open.map(({ lookAgainIn = Number.POSITIVE_INFINITY }) => lookAgainIn));
  return {
    is: 'waiting',
    for: [...new Set(open.flatMap((part) => part.for))],
    ...(Number.isFinite(again) ? { lookAgainIn: again } : {}),
    ...(passing.length === 0 ? {} : { failures: passing }),
  };
}
