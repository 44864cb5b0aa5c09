import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import { type Applied, applyManifest } from '../kube/server-side-apply.ts';
import type { ResourceKey } from '../session/observed.ts';
import {
  type AdoptionNote,
  adoptionNote,
  readAdoptionNote,
  takenOver,
  writeManagedFields,
} from './adopt-resource.ts';
import { keepOriginal, type RecordPlace, recordName } from './adoption-record.ts';
import { setId } from './apply-set.ts';
import { conflictsOf } from './field-managers.ts';
import { FIELD_MANAGER, PART_OF_LABEL } from './labels.ts';
import { definesKind, type Manifest } from './manifest.ts';
import { markManifest } from './mark-manifest.ts';
import { NotOursError } from './not-ours.ts';
import { placeOf } from './object-place.ts';
import { type Owner, ownerOf } from './ownership.ts';
import { isChangedJob, takeAway } from './replace-resource.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { lacksServiceAccount, retry } from './retry-apply.ts';
import { withSecretData } from './secret-data.ts';

export interface ApplyResourceOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** what is applied in the same run: kinds that a CRD among it defines take a moment to be served */
  readonly beside: readonly { readonly manifest: Manifest }[];
  /** whether an object that others made may be taken over */
  readonly mayAdopt: (key: ResourceKey) => boolean;
  /** the apiserver does everything but write: nothing is adopted, deleted or made anew */
  readonly dryRun?: boolean;
}

export interface AppliedResource extends Pick<Applied, 'outcome' | 'warnings' | 'object' | 'before'> {
  /** set when it was taken over just now */
  readonly adopted?: AdoptionNote;
}

/** ms that the apiserver gets to serve the kind of a new CRD */
const CRD_PATIENCE = 30_000;
/** Objects that change all the time are read and forced this often, before the conflict is told. */
const TRIES = 5;

/**
 * Applies one manifest, its fields checked strictly. What people changed by hand on an object of the project is taken
 * back with a warning, controllers' fields never (resolve-conflict.ts). An object that others made is taken over if it
 * may be, after how it was is kept; else a NotOursError says whose it is. A Job of ours whose template changed is
 * deleted and made anew, since no Job can be changed; a pod waits for the service account of its namespace.
 * Rejects as applyManifest and Discovery do.
 */
export async function applyResource(
  { key, manifest }: { readonly key: ResourceKey; readonly manifest: Manifest },
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { discovery, signal, beside } = options;
  const patience = beside.some((other) => definesKind(other.manifest, manifest.apiVersion, manifest.kind))
    ? CRD_PATIENCE
    : 0;
  const type = await discovery.find(manifest.apiVersion, manifest.kind, { patience, signal });
  const attempt = () => applyOnce(key, manifest, type, options);
  try {
    return await attempt();
  } catch (error) {
    if (options.dryRun || !(error instanceof KubeError)) throw error;
    if (isChangedJob(manifest, error) && (await takeAway(manifest, type, options))) {
      return { ...(await attempt()), outcome: 'changed' };
    }
    if (!lacksServiceAccount(manifest, error)) throw error;
    return retry(attempt, (again) => lacksServiceAccount(manifest, again), signal);
  }
}

/** Whoever changes the object between a look and a write may be a controller: then it is looked at anew. */
async function applyOnce(
  key: ResourceKey,
  manifest: Manifest,
  type: ResourceType,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { client, app, signal } = options;
  for (let tried = 1; ; tried++) {
    const live = await getResource(client, type, placeOf(manifest), signal);
    const owner = ownerOf(live, app);
    if (owner.kind === 'app' || (owner.kind === 'others' && !options.mayAdopt(key))) {
      throw new NotOursError(owner);
    }
    try {
      return await applyOver(manifest, live, owner, type, options);
    } catch (error) {
      if (tried >= TRIES || !isOutdated(error)) throw error;
    }
  }
}

async function applyOver(
  manifest: Manifest,
  live: KubeObject | undefined,
  owner: Owner,
  type: ResourceType,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { app, namespace, dryRun = false } = options;
  const isNew = live !== undefined && owner.kind === 'others';
  if (isNew && !dryRun) await keepOriginal(live, recordPlace(options));
  const note = noteFor(live, owner, `${namespace}/${recordName(app)}`);
  const labels = { [PART_OF_LABEL]: setId(app, namespace) };
  const marked = markManifest(withSecretData(manifest), { live, note, labels });
  const applied = await applyResolved(marked, live, isNew, type, options);
  if (!note || dryRun) return applied;
  await takeOver(applied.object, manifest, type, options);
  return isNew ? { ...applied, adopted: note } : applied;
}

function noteFor(live: KubeObject | undefined, owner: Owner, record: string): AdoptionNote | undefined {
  if (live !== undefined && owner.kind === 'others') return adoptionNote(live, owner.maker, record);
  return readAdoptionNote(live);
}

const recordPlace = ({ client, app, namespace, signal }: ApplyResourceOptions): RecordPlace => ({
  client,
  app,
  namespace,
  signal,
});

/** Without force first, so that it is known whose fields there are. */
async function applyResolved(
  manifest: Manifest,
  live: KubeObject | undefined,
  isAdoption: boolean,
  type: ResourceType,
  { client, signal, dryRun = false }: ApplyResourceOptions,
): Promise<Applied> {
  const options = {
    fieldManager: FIELD_MANAGER,
    fieldValidation: 'Strict',
    before: live ?? null,
    dryRun,
    signal,
  } as const;
  try {
    return await applyManifest(client, type, manifest, options);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const conflicts = conflictsOf(error.status.causes);
    const resolution = resolveConflict(conflicts, manifest, live, isAdoption);
    if (!resolution) throw error;
    const applied = await applyManifest(client, type, resolution.manifest, {
      ...options,
      force: true,
      locked: true,
    });
    return { ...applied, warnings: [...applied.warnings, ...resolution.warnings] };
  }
}

/** Somebody changed the object between a look and a write. */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof KubeError &&
    error.status.code === 409 &&
    conflictsOf(error.status.causes).length === 0 &&
    error.request.method === 'PATCH'
  );
}

/** What was not taken from the tools now, since the object changed, is taken with the next apply. */
async function takeOver(
  object: KubeObject,
  manifest: Manifest,
  type: ResourceType,
  { client, signal }: ApplyResourceOptions,
): Promise<void> {
  let current: KubeObject | undefined = object;
  for (let tried = 1; tried <= TRIES && current; tried++) {
    const entries = takenOver(current);
    if (!entries) return;
    try {
      return await writeManagedFields(client, type, placeOf(manifest), current, entries, signal);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      current = await getResource(client, type, placeOf(manifest), signal);
    }
  }
}
