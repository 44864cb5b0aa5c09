import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { type Judge, judgeHolder } from '../lease/judge-holder.ts';
import { holderOf, type Lease, leaseName } from '../lease/lease-record.ts';
import { type Finding, ok, warn } from './finding.ts';

const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true };

/** Which session holds the namespace and app by its Lease, and whether it lives. Rejects with KubeUnreachable. */
export async function checkSessions(
  client: Pick<KubeClient, 'request'>,
  place: { readonly namespace: string; readonly app: string },
  judge: Judge,
  signal: AbortSignal,
): Promise<Finding> {
  const path = resourcePath(LEASES, { namespace: place.namespace, name: leaseName(place.app) });
  try {
    const { body } = await client.request<Lease>({ method: 'GET', path, signal });
    return await sessionFinding(body, judge);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.status.code === 404) return ok('sessions', NONE);
    return warn('sessions', `you may not look at the Lease of a session: ${error.message}`);
  }
}

const NONE = 'none runs in this namespace';

async function sessionFinding(lease: Lease, judge: Judge): Promise<Finding> {
  const holder = holderOf(lease);
  if (!holder) return ok('sessions', NONE);
  switch (await judgeHolder(lease, holder, judge)) {
    case 'alive':
      return ok('sessions', `one runs: ${holder.words}`);
    case 'dead':
      return warn('sessions', `one is no longer running and had not given its lease back: ${holder.words}`, {
        hint: 'Nothing is lost: the next rockpool up takes over and tidies up.',
      });
    case 'unknown':
      return warn('sessions', `one may run on another machine: ${holder.words}`, {
        hint: 'rockpool up watches it for a moment, and says what can be done.',
      });
  }
}
