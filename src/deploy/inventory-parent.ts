import packageJson from '../../package.json' with { type: 'json' };
import { builtinKinds } from '../kube/builtin-kinds.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { applyManifest } from '../kube/server-side-apply.ts';
import { dropRecord } from './adoption-record.ts';
import {
  APPLY_SET,
  isSameScope,
  joined,
  parentName,
  readScope,
  type SetScope,
  scopeOf,
  setId,
} from './apply-set.ts';
import { APP_LABEL, FIELD_MANAGER, MANAGED_BY } from './labels.ts';
import type { Manifest } from './manifest.ts';

/** Which set is meant. */
export interface SetPlace {
  readonly client: Pick<KubeClient, 'request'>;
  /** name of the project */
  readonly app: string;
  /** the session's: where the parent is */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** The parent of a project's set; undefined when nothing was applied. Rejects as KubeClient.request does. */
export async function readParent({
  client,
  app,
  namespace,
  signal,
}: SetPlace): Promise<KubeObject | undefined> {
  return getResource(client, configMaps(), { name: parentName(app), namespace }, signal);
}

/**
 * Tells the parent of the kinds and namespaces of what is about to be applied, so that no member is ever outside of
 * what it says. Kinds only come in here. One read when it knows them all. Rejects as KubeClient.request does.
 */
export async function growInventory(manifests: readonly Manifest[], place: SetPlace): Promise<void> {
  const parent = await readParent(place);
  const known = readScope(parent?.metadata?.annotations);
  const wanted = joined(known, scopeOf(manifests, place.namespace));
  if (!parent || !isSameScope(known, wanted)) await writeParent(wanted, parent, place);
}

/** Tells the parent that only these are left, after everything else was pruned. Rejects as KubeClient.request does. */
export async function shrinkInventory(left: readonly Manifest[], place: SetPlace): Promise<void> {
  const parent = await readParent(place);
  const wanted = scopeOf(left, place.namespace);
  if (parent && !isSameScope(readScope(parent.metadata?.annotations), wanted)) {
    await writeParent(wanted, parent, place);
  }
}

/**
 * Removes the parent, once the set has no members, and with it what an interrupted give-back left of the record of
 * adopted objects. Rejects as KubeClient.request does.
 */
export async function removeInventory(place: SetPlace): Promise<void> {
  const { client, app, namespace, signal } = place;
  await deleteResource(client, configMaps(), { name: parentName(app), namespace }, { signal });
  await dropRecord(place);
}

async function writeParent(scope: SetScope, parent: KubeObject | undefined, place: SetPlace): Promise<void> {
  const { client, app, namespace, signal } = place;
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: parentName(app),
      namespace,
      labels: { ...MANAGED_BY, [APP_LABEL]: app, [APPLY_SET.id]: setId(app, namespace) },
      annotations: {
        [APPLY_SET.tooling]: `rockpool/v${packageJson.version}`,
        [APPLY_SET.kinds]: scope.kinds.join(','),
        [APPLY_SET.namespaces]: scope.namespaces.join(','),
      },
    },
  };
  const options = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', force: true } as const;
  await applyManifest(client, configMaps(), manifest, { ...options, before: parent ?? null, signal });
}

function configMaps(): ResourceType {
  const type = builtinKinds.find(({ kind, group }) => kind === 'ConfigMap' && group === '');
  if (!type) throw new Error('ConfigMap is no built-in kind');
  return type;
}
