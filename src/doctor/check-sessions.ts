import { APP_LABEL } from '../deploy/labels.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { type Finding, ok, warn } from './finding.ts';

interface LeaseList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec?: {
      readonly holderIdentity?: string;
      readonly leaseDurationSeconds?: number;
      readonly renewTime?: string;
    };
  }[];
}

const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true };

/** Which sessions hold the namespace and app by their Leases, and whether they live. Rejects with KubeUnreachable. */
export async function checkSessions(
  client: Pick<KubeClient, 'request'>,
  place: { readonly namespace: string; readonly app: string },
  now: () => number,
  signal: AbortSignal,
): Promise<Finding> {
  const path = resourcePath(LEASES, { namespace: place.namespace });
  const query = { labelSelector: `${APP_LABEL}=${place.app}` };
  try {
    const { body } = await client.request<LeaseList>({ method: 'GET', path, query, signal });
    return sessionFinding(body, now());
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return warn('sessions', `you may not look at Leases: ${error.message}`);
  }
}

/** Pure. @param now ms since the epoch */
function sessionFinding({ items }: LeaseList, now: number): Finding {
  const held = items.filter(({ spec }) => spec?.holderIdentity);
  const live = held.filter(({ spec }) => {
    const until = Date.parse(spec?.renewTime ?? '') + (spec?.leaseDurationSeconds ?? 0) * 1000;
    return until > now;
  });
  const stale = held.filter((lease) => !live.includes(lease));
  const names = (leases: typeof held) => leases.map(({ spec }) => spec?.holderIdentity).join(', ');
  if (stale.length > 0) {
    return warn('sessions', `one ended without a word: ${names(stale)}`, {
      hint: 'Nothing is lost: the next rockpool up takes over and tidies up.',
    });
  }
  return ok('sessions', live.length > 0 ? `one runs: ${names(live)}` : 'none runs');
}
