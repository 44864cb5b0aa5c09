import { type DeleteReport, deleteResources } from '../deploy/delete-resources.ts';
import { findApplied, united } from '../deploy/find-applied.ts';
import { createDiscovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { AppPlaceFound } from './app-place.ts';

export interface DownOptions {
  readonly client: KubeClient;
  readonly app: string;
  readonly place: AppPlaceFound;
  readonly volumes?: boolean;
  readonly adopted?: boolean;
  readonly dryRun?: boolean;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

type Words = Readonly<Record<DeleteReport['outcome'], string>>;

/** What became of each resource. */
const OUTCOMES: Words = {
  deleted: 'deleted',
  absent: 'is not there',
  kept: 'kept',
  foreign: 'kept: it was not applied by this project',
  adopted: 'kept: it was there before this project took it over; --adopted deletes it',
  needed: 'kept: others have objects of this kind',
};

/**
 * Deletes what the project applied, told by its manifests as far as they render and by what is in the cluster; tells of
 * each. Rejects as deleteResources and findApplied do.
 */
export async function downApp({ place, tell, ...options }: DownOptions): Promise<void> {
  const { client, app, signal, dryRun } = options;
  const { namespaces } = place;
  if (place.failures.length > 0) {
    tell('The manifests do not render: what is deleted is what the cluster has of this project.');
  }
  const found = await findApplied({ client, app, namespaces, signal });
  const volumes: string[] = [];
  let deleted = 0;
  await deleteResources(united(place.resources, found), {
    ...options,
    discovery: createDiscovery(client),
    report: ({ key, outcome }) => {
      if (outcome === 'kept' && key.startsWith('PersistentVolume')) volumes.push(key);
      if (outcome === 'deleted') deleted += 1;
      tell(`${key}  ${dryRun && outcome === 'deleted' ? 'would be deleted' : OUTCOMES[outcome]}`);
    },
  });
  if (volumes.length > 0)
    tell('Volumes are kept: `rockpool down --volumes` deletes them and what is on them.');
  if (deleted === 0) tell(`Nothing of ${app} is in ${namespaces.join(', ')} that would have to be deleted.`);
}
