import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import { type Finding, fail } from './finding.ts';

/** A check that could not be made because of an expected error, with what to do about it. Anything else is thrown on. */
export function fromError(name: string, error: unknown): Finding {
  if (error instanceof KubeError || error instanceof KubeUnreachable) return fail(name, error.message);
  if (!(error instanceof RockpoolError)) throw error;
  const [first, ...more] = error.failures;
  const { message = error.message, hint, command } = first ?? {};
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return fail(name, `${message}${others}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(command === undefined ? {} : { command }),
  });
}
