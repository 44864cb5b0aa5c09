import type { KubeClient } from '../kube/kube-client.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Server-side apply with field validation is there from 1.27 on. */
const OLDEST = 27;
/** ms after which it counts as away */
const PATIENCE = 10_000;
/** ms above which every deploy will be felt */
const SLOW = 500;

/** Whether the apiserver answers, how fast, and which it is. Rejects with KubeUnreachable and KubeError. */
export async function checkApiserver(
  client: Pick<KubeClient, 'request'>,
  now: () => number,
  signal: AbortSignal,
): Promise<Finding> {
  const path = '/version';
  await client.request({ method: 'GET', path, signal, timeout: PATIENCE });
  const began = now();
  // the first request paid for the connection
  const { body } = await client.request<{ gitVersion: string; minor: string }>({
    method: 'GET',
    path,
    signal,
  });
  const took = now() - began;
  const found = `Kubernetes ${body.gitVersion} answers in ${took} ms`;
  if (Number.parseInt(body.minor, 10) < OLDEST) {
    return warn('apiserver', found, { hint: `rockpool is made for Kubernetes 1.${OLDEST} and later.` });
  }
  return took > SLOW
    ? warn('apiserver', found, { hint: 'That slow, every deploy will take seconds.' })
    : ok('apiserver', found);
}
