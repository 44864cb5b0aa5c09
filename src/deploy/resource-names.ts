import type { KubeStatus } from '../kube/kube-client.ts';
import type { Failure } from '../session/failure.ts';
import { didYouMean } from '../session/nearest-names.ts';

type Cause = KubeStatus['causes'][number];

/** What containers may ask for by a name without a domain (k8s.io/kubernetes pkg/apis/core/helper, standardContainerResources). */
const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

/** Of a resource name that does not exist the apiserver says two things: one is kept. Others stay. Pure. */
export function oneOfEachName(causes: readonly Cause[]): readonly Cause[] {
  return causes.filter(
    (cause, index) =>
      wrongName(cause) === undefined || causes.findIndex(({ field }) => field === cause.field) === index,
  );
}

/** What to do about a resource name that does not exist; empty for any other cause. Pure. */
export function resourceNameHint(cause: Cause): Pick<Failure, 'hint'> {
  const name = wrongName(cause);
  if (name === undefined) return {};
  return { hint: didYouMean(name, STANDARD) ?? `known are ${STANDARD.join(', ')}` };
}

function wrongName({ field = '', message = '' }: Cause): string | undefined {
  const [, name] = /\.resources\.(?:limits|requests)\[([^\]]+)\]$/.exec(field) ?? [];
  return /must be a standard resource/.test(message) ? name : undefined;
}
