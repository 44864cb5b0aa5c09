import { KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { getResource } from '../kube/resources.ts';
import { type Applied, applyManifest } from '../kube/server-side-apply.ts';
import {
  type AdoptionNote,
  adoptionNote,
  readAdoptionNote,
  takenOver,
  writeManagedFields,
} from './adopt-resource.ts';
import { keepOriginal, recordName } from './adoption-record.ts';
import type { AppliedResource, ApplyResourceOptions } from './apply-resource.ts';
import { setId } from './apply-set.ts';
import { leaveCountToHpa } from './autoscaled.ts';
import { conflictsOf } from './field-managers.ts';
import { FIELD_MANAGER, PART_OF_LABEL } from './labels.ts';
import type { Manifest } from './manifest.ts';
import { markManifest } from './mark-manifest.ts';
import { placeOf } from './object-place.ts';
import type { Owner } from './ownership.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { withSecretData } from './secret-data.ts';

/** Objects that change all the time are looked at this often before their tools' fields are left to the next apply. */
const TRIES = 5;

/**
 * Applies a manifest over an object as it was seen, or over nothing. One that others made is kept as it was first, and
 * its fields are taken from the tools afterwards. Rejects with isOutdated(error) when the object changed meanwhile.
 */
export async function applyOver(
  manifest: Manifest,
  live: KubeObject | undefined,
  owner: Owner,
  type: ResourceType,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  const { app, namespace, dryRun = false } = options;
  const isNew = live !== undefined && owner.kind === 'others';
  // One with a note was taken over before and lost its label: how it was then is what counts.
  if (isNew && !dryRun && !readAdoptionNote(live)) await keepOriginal(live, options);
  const note = noteFor(live, owner, `${namespace}/${recordName(app)}`);
  const labels = { [PART_OF_LABEL]: setId(app, namespace) };
  const marked = markManifest(withSecretData(manifest), { live, note, labels });
  const sent = leaveCountToHpa(marked, live, options.autoscaled ?? new Set());
  // The count may change between the look at it and the apply.
  const applied = await applyResolved(
    sent,
    live,
    { isAdoption: isNew, locked: sent !== marked },
    type,
    options,
  );
  if (!note || dryRun) return applied;
  await takeOver(applied.object, manifest, type, options);
  return isNew ? { ...applied, adopted: note } : applied;
}

function noteFor(live: KubeObject | undefined, owner: Owner, record: string): AdoptionNote | undefined {
  if (live !== undefined && owner.kind === 'others') return adoptionNote(live, owner.maker, record);
  return readAdoptionNote(live);
}

/** Without force first, so that it is known whose fields there are. */
async function applyResolved(
  manifest: Manifest,
  live: KubeObject | undefined,
  { isAdoption, locked }: { readonly isAdoption: boolean; readonly locked: boolean },
  type: ResourceType,
  { client, signal, dryRun = false, fieldValidation = 'Strict' }: ApplyResourceOptions,
): Promise<Applied> {
  const options = {
    fieldManager: FIELD_MANAGER,
    fieldValidation,
    before: live ?? null,
    locked,
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

/** Whether somebody changed the object between a look and a write. Pure. */
export function isOutdated(error: unknown): boolean {
  return (
    error instanceof KubeError &&
    error.status.code === 409 &&
    conflictsOf(error.status.causes).length === 0 &&
    error.request.method === 'PATCH'
  );
}
