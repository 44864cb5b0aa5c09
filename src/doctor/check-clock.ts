import type { KubeClient } from '../kube/kube-client.ts';
import { type Finding, ok, warn } from './finding.ts';

/** s; beyond it, "since 5m" of logs and the age of pods mislead, and tokens may be refused */
const TOLERATED = 5;

/**
 * How far this machine's clock is from the apiserver's, which a VM that slept is often wrong about. A
 * SelfSubjectReview is stamped by the server and stored nowhere. Rejects with KubeUnreachable and KubeError.
 */
export async function checkClock(
  client: Pick<KubeClient, 'request'>,
  now: () => number,
  signal: AbortSignal,
): Promise<Finding> {
  const before = now();
  const { body } = await client.request<{ metadata: { creationTimestamp: string } }>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    signal,
  });
  const after = now();
  return clockFinding(Date.parse(body.metadata.creationTimestamp), before, after);
}

/** @param server ms since the epoch, cut to a whole second; between `before` and `after` by this machine. Pure. */
export function clockFinding(server: number, before: number, after: number): Finding {
  // the server's time lay in [server, server + 1 s)
  const ahead = before - (server + 1000);
  const behind = server - after;
  const seconds = Math.round(Math.max(0, ahead, behind) / 1000);
  if (!(seconds > TOLERATED)) return ok('clock', 'the same as the cluster’s');
  const found = `this machine is ${seconds} s ${ahead > behind ? 'ahead of' : 'behind'} the cluster`;
  return warn('clock', found, {
    hint: 'Set the clock of the one that is wrong; a VM that slept is, until it is restarted or its clock is set.',
  });
}
