import { typeNamed } from '../deploy/app-workloads.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import { type Lease, leaseName } from './lease-record.ts';

/**
 * One lease in the cluster. Whoever writes says which version it read: the slower of two gets nothing. All reject as
 * KubeClient.request does.
 */
export interface LeaseStore {
  /** of the list of all leases of the namespace */
  readonly path: string;
  read(signal: AbortSignal): Promise<Lease | undefined>;
  /** @returns undefined when there is one already */
  create(lease: Lease, signal: AbortSignal): Promise<Lease | undefined>;
  /** @returns undefined when it is another version by now, or gone */
  replace(lease: Lease, signal: AbortSignal): Promise<Lease | undefined>;
  /** Does nothing when it is another version by now, or gone. */
  remove(lease: Lease, signal: AbortSignal): Promise<void>;
}

const leaseType = typeNamed('coordination.k8s.io/v1 Lease');
const query = { fieldManager: 'rockpool-lease' };

export function createLeaseStore(
  client: Pick<KubeClient, 'request'>,
  app: string,
  namespace: string,
): LeaseStore {
  const place = { name: leaseName(app), namespace };
  const path = resourcePath(leaseType, { namespace });
  const item = resourcePath(leaseType, place);
  return {
    path,
    read: (signal) => getResource<Lease>(client, leaseType, place, signal),
    create: (body, signal) =>
      unless([409], () => client.request<Lease>({ method: 'POST', path, query, body, signal })),
    replace: (body, signal) =>
      unless([409, 404], () => client.request<Lease>({ method: 'PUT', path: item, query, body, signal })),
    async remove({ metadata }, signal) {
      const preconditions = { uid: metadata?.uid, resourceVersion: metadata?.resourceVersion };
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
      await unless([409, 404], () => client.request<Lease>({ method: 'DELETE', path: item, body, signal }));
    },
  };
}

async function unless(
  codes: readonly number[],
  work: () => Promise<{ readonly body: Lease }>,
): Promise<Lease | undefined> {
  try {
    return (await work()).body;
  } catch (error) {
    if (error instanceof KubeError && codes.includes(error.status.code)) return undefined;
    throw error;
  }
}
