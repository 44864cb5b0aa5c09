import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { type ResourceType, resourcePath } from '../kube/kube-path.ts';
import type { ResourceName } from '../kube/resources.ts';
import { isRockpool, isTool } from './field-managers.ts';
import { haveCommon, withoutFields } from './field-set.ts';
import { ADOPTED_ANNOTATION, FIELD_MANAGER } from './labels.ts';
import { appliedFieldsOf, type ManagedFields, managedFieldsOf } from './managed-fields.ts';
import { toolsOf } from './ownership.ts';

/** What the annotation of an adopted object says. */
export interface AdoptionNote {
  /** who made it, in words */
  readonly by: string;
  /** whose fields were taken over */
  readonly managers: readonly string[];
  /** namespace/name of the Secret that keeps how it was */
  readonly record: string;
}

/** The note for an object that is taken over now. Pure. */
export function adoptionNote(object: KubeObject, by: string, record: string): AdoptionNote {
  return { by, managers: [...new Set(toolsOf(object).map(({ manager }) => manager))], record };
}

/** The note of an adopted object; undefined for any other, and for what cannot be read. Pure. */
export function readAdoptionNote(object: KubeObject | undefined): AdoptionNote | undefined {
  const text = object?.metadata?.annotations?.[ADOPTED_ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const { by, managers, record } = JSON.parse(text) as Partial<AdoptionNote>;
    return { by: by ?? 'somebody', managers: managers ?? [], record: record ?? '' };
  } catch {
    return { by: 'somebody', managers: [], record: '' };
  }
}

/**
 * Takes the fields that the project applies from the tools that had set them, so that one that is taken out of the
 * manifest later really goes. What the manifest does not have stays theirs, and controllers keep all they have.
 * @returns the new managedFields, or undefined when tools share nothing with the project. Pure.
 */
export function takenOver(object: KubeObject): readonly ManagedFields[] | undefined {
  const ours = appliedFieldsOf(object, FIELD_MANAGER);
  const isShared = (entry: ManagedFields) =>
    isTool(entry.manager) && !isRockpool(entry.manager) && haveCommon(entry.fieldsV1, ours);
  const entries = managedFieldsOf(object);
  if (!entries.some(isShared)) return undefined;
  return entries.flatMap((entry) => {
    if (!isShared(entry)) return [entry];
    const fieldsV1 = withoutFields(entry.fieldsV1, ours);
    return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
  });
}

/** Writes managedFields, and nothing when the object changed since it was read (409). Rejects as KubeClient.request does. */
export async function writeManagedFields(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  place: ResourceName,
  object: KubeObject,
  entries: readonly ManagedFields[],
  signal: AbortSignal,
): Promise<void> {
  await client.request({
    method: 'PATCH',
    path: resourcePath(type, place),
    query: { fieldManager: FIELD_MANAGER },
    body: [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      // As client-go's csaupgrade does it: a version in the patch is the one that the object must have.
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata?.resourceVersion },
    ],
    contentType: 'application/json-patch+json',
    signal,
  });
}
