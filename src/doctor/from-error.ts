import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { formatPlace, RockpoolError } from '../session/failure.ts';
import { type Finding, fail } from './finding.ts';

/** Every problem of a configuration, each with its place. Anything but an expected error is thrown on. */
export function fromProblems(name: string, error: unknown): readonly Finding[] {
  if (!(error instanceof RockpoolError)) return [fromError(name, error)];
  return error.failures.map((failure) => fromError(name, new RockpoolError(failure)));
}

/** A check that could not be made because of an expected error, with what to do about it. Anything else is thrown on. */
export function fromError(name: string, error: unknown): Finding {
  if (error instanceof KubeError || error instanceof KubeUnreachable) return fail(name, error.message);
  if (!(error instanceof RockpoolError)) throw error;
  const [first, ...more] = error.failures;
  const { message = error.message, hint, command, at } = first ?? {};
  const place = at ? `${formatPlace(at)}: ` : '';
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return fail(name, `${place}${message}${others}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(command === undefined ? {} : { command }),
  });
}
