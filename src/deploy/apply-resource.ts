import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { type Applied, applyManifest } from '../kube/server-side-apply.ts';
import { APP_LABEL, FIELD_MANAGER } from './labels.ts';
import { definesKind, groupOf, type Manifest } from './manifest.ts';

export interface ApplyResourceOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  readonly signal: AbortSignal;
  /** what is applied in the same run: kinds that a CRD among it defines take a moment to be served */
  readonly beside: readonly { readonly manifest: Manifest }[];
}

/** ms that the apiserver gets to serve the kind of a new CRD */
const CRD_PATIENCE = 30_000;
/** ms that the controllers get to make a new namespace's service account, and to take a Job away */
const PATIENCE = 15_000;
/** ms between two looks */
const AGAIN = 100;

/**
 * Applies one manifest, its fields checked strictly, taking nothing from other managers. A Job of ours whose template
 * changed is deleted and made anew, since no Job can be changed; a pod waits for the service account of its namespace.
 * Rejects as applyManifest and Discovery do.
 */
export async function applyResource(
  manifest: Manifest,
  options: ApplyResourceOptions,
): Promise<Pick<Applied, 'outcome' | 'warnings' | 'object'>> {
  const { client, discovery, signal, beside } = options;
  const patience = beside.some((other) => definesKind(other.manifest, manifest.apiVersion, manifest.kind))
    ? CRD_PATIENCE
    : 0;
  const type = await discovery.find(manifest.apiVersion, manifest.kind, { patience, signal });
  const apply = () =>
    applyManifest(client, type, manifest, { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', signal });
  try {
    return await apply();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (isChangedJob(manifest, error) && (await takeAway(manifest, type, options))) {
      return { ...(await apply()), outcome: 'changed' };
    }
    if (!lacksServiceAccount(manifest, error)) throw error;
    return retry(apply, (again) => lacksServiceAccount(manifest, again), signal);
  }
}

/** Whether a Job was refused because its template is not what it was. */
export function isChangedJob({ apiVersion, kind }: Manifest, error: unknown): boolean {
  const isJob = kind === 'Job' && groupOf(apiVersion) === 'batch';
  return (
    isJob &&
    error instanceof KubeError &&
    error.status.causes.some((cause) => /immutable/.test(cause.message ?? ''))
  );
}

/** @returns whether it was ours, and is gone */
async function takeAway(
  manifest: Manifest,
  type: ResourceType,
  options: ApplyResourceOptions,
): Promise<boolean> {
  const { client, app, signal } = options;
  const { name, namespace } = manifest.metadata;
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  const found = await getResource(client, type, place, signal);
  const { uid, labels } = found?.metadata ?? {};
  if (uid === undefined || labels?.[APP_LABEL] !== app) return false;
  await deleteResource(client, type, place, { uid, signal });
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    const left = await getResource(client, type, place, signal);
    if (left?.metadata?.uid !== uid) return true;
    await sleep(AGAIN, undefined, { signal });
  }
  return false;
}

/** Pods of a workload are tried again by its controller; a bare one is refused for good. */
function lacksServiceAccount({ apiVersion, kind }: Manifest, error: unknown): boolean {
  if (kind !== 'Pod' || apiVersion !== 'v1' || !(error instanceof KubeError)) return false;
  return error.status.code === 403 && /serviceaccount ".*" not found/.test(error.status.message);
}

async function retry<T>(
  work: () => Promise<T>,
  isTemporary: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (let waited = 0; ; waited += AGAIN) {
    await sleep(AGAIN, undefined, { signal });
    try {
      return await work();
    } catch (error) {
      if (!isTemporary(error) || waited >= PATIENCE) throw error;
    }
  }
}
