import { appliedTargets, forgetIfEmpty } from '../deploy/applied-targets.ts';
import { type DeleteReport, deleteResources } from '../deploy/delete-resources.ts';
import { createDiscovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { AppPlaceFound } from './app-place.ts';

export interface DownOptions {
  readonly client: KubeClient;
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly place: AppPlaceFound;
  readonly volumes?: boolean;
  readonly adopted?: boolean;
  readonly dryRun?: boolean;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

type Words = Readonly<Record<Exclude<DeleteReport['outcome'], 'foreign'>, string>>;

/** What became of each resource. */
const OUTCOMES: Words = {
  deleted: 'deleted',
  absent: 'is not there',
  kept: 'kept',
  released: 'given back as it was before this project took it over',
  unrecorded: 'given back with the values that it has now: nobody knows the former ones any more',
  needed: 'kept: others have objects of this kind',
  shared: 'kept: this project has it in another namespace, too',
  unsure: 'kept: it is not certain that this project made it; if nobody needs it:',
  lost: 'is gone or being deleted, and not by this command',
};

/**
 * Deletes what the project applied, told by its manifests as far as they render and by what is in the cluster; tells of
 * each. Rejects as deleteResources and appliedTargets do.
 */
export async function downApp({ place, tell, ...options }: DownOptions): Promise<void> {
  const { client, app, dryRun } = options;
  const discovery = createDiscovery(client);
  const { namespaces } = place;
  if (place.failures.length > 0) {
    tell('The manifests do not render: what is deleted is what the cluster has of this project.');
  }
  const targets = await appliedTargets(place.resources, { ...options, discovery });
  const volumes: string[] = [];
  const foreign: ResourceKey[] = [];
  let deleted = 0;
  const deleting = deleteResources(targets, {
    ...options,
    discovery,
    report: ({ key, outcome }) => {
      if (outcome === 'kept' && key.startsWith('PersistentVolume')) volumes.push(key);
      if (outcome === 'deleted') deleted += 1;
      if (outcome === 'foreign') return void foreign.push(key);
      const words = dryRun && outcome === 'deleted' ? 'would be deleted' : OUTCOMES[outcome];
      tell(`${key}  ${words}${outcome === 'unsure' ? ` ${deleteLine(key)}` : ''}`);
    },
  });
  await deleting.finally(() => {
    if (foreign.length > 0) tell(foreignInWords(foreign));
  });
  if (!dryRun) await forgetIfEmpty({ ...options, discovery });
  if (volumes.length > 0)
    tell('Volumes are kept: `rockpool down --volumes` deletes them and what is on them.');
  if (deleted === 0) tell(`Nothing of ${app} is in ${namespaces.join(', ')} that would have to be deleted.`);
}

/** `2 objects of the manifests are kept, not applied by this project: Service/dev/a, Service/dev/b`; ten names at most. */
function foreignInWords(keys: readonly ResourceKey[]): string {
  const named = keys.slice(0, 10).join(', ');
  const more = keys.length > 10 ? ` and ${keys.length - 10} more` : '';
  const what =
    keys.length === 1 ? '1 object of the manifests is' : `${keys.length} objects of the manifests are`;
  return `${what} kept, not applied by this project: ${named}${more}`;
}

/** How people delete a volume claim themselves. */
function deleteLine(key: ResourceKey): string {
  const [, namespace, name] = key.split('/');
  return `kubectl delete pvc ${name} -n ${namespace}`;
}
