import { serviceFailures } from '../diagnosis/service-failures.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { current, failed, type Verdict, waiting } from './verdict.ts';

/** ms after a deploy in which the cluster may still tell of the Services and pods that it made. */
const PATIENCE = 2000;

/**
 * Whether the Services of the project lead somewhere. One that does not is a failure as soon as the rest is live: before
 * that, the pods that it is for may be on their way. Pure. @param rest the verdict on everything else
 */
export function serviceVerdict(state: SessionState, rest: Verdict, now: number): Verdict {
  const broken = serviceFailures(state);
  if (broken.length === 0) return current;
  const left = (state.deploy.at ?? 0) + PATIENCE - now;
  if (rest.is === 'current' && left <= 0) return failed(broken);
  const names = [...new Set(broken.map(({ subject }) => resourceParts(subject).name))];
  const what = `Service ${names.join(', ')} to lead somewhere`;
  return waiting(what, rest.is === 'current' ? left : undefined, broken);
}
