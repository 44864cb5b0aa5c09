import { isDeepStrictEqual } from 'node:util';
import type { KubeClient } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { type ResourceType, resourcePath } from './kube-path.ts';
import { getResource } from './resources.ts';
import { asInvalid } from './typed-patch-error.ts';

export interface ApplyOptions {
  /** default rockpool */
  readonly fieldManager?: string;
  /** take over fields that other managers set to another value, instead of failing with 409 */
  readonly force?: boolean;
  /** as the apiserver takes it; an unknown field is refused by server-side apply either way */
  readonly fieldValidation: 'Strict' | 'Warn';
  /** the apiserver does everything but write */
  readonly dryRun?: boolean;
  /** what was read of it just now, null when nothing was there; default: it is read first */
  readonly before?: KubeObject | null;
  /** refused with 409 when the object is not any more as it was `before` */
  readonly locked?: boolean;
  readonly signal?: AbortSignal;
}

/** Any manifest of an object: only these fields are looked at here. */
export interface ApplicableManifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

export interface Applied {
  /** as the apiserver has it now, or would */
  readonly object: KubeObject;
  /** as it was before; absent when it was not there */
  readonly before?: KubeObject;
  readonly outcome: 'created' | 'changed' | 'unchanged';
  readonly warnings: readonly string[];
}

/**
 * Server-side apply of one manifest, sent exactly as it is. The outcome is told from a read before the patch (3 ms):
 * the same resourceVersion means that nothing was written; another one may be the work of a controller in between, so
 * that the objects are compared without their status and bookkeeping. Rejects as KubeClient.request does: 409 when
 * another manager owns a field, 422 with the fields as causes for an invalid manifest.
 */
export async function applyManifest(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  manifest: ApplicableManifest,
  options: ApplyOptions,
): Promise<Applied> {
  const { fieldManager = 'rockpool', force = false, fieldValidation, dryRun = false, signal } = options;
  const place = placeOf(manifest);
  const before =
    options.before === undefined
      ? await getResource(client, type, place, signal)
      : (options.before ?? undefined);
  const patch = client.request<KubeObject>({
    method: 'PATCH',
    path: resourcePath(type, place),
    query: { fieldManager, force, fieldValidation, dryRun: dryRun ? 'All' : undefined },
    body: options.locked ? withVersion(manifest, before) : manifest,
    contentType: 'application/apply-patch+yaml',
    ...(signal ? { signal } : {}),
  });
  const { status, body, warnings } = await patch.catch((error) => {
    throw asInvalid(error);
  });
  if (before === undefined || status === 201) return { object: body, outcome: 'created', warnings };
  const outcome = isChanged(before, body, dryRun) ? 'changed' : 'unchanged';
  return { object: body, before, outcome, warnings };
}

function placeOf(manifest: ApplicableManifest): { name: string; namespace?: string } {
  const { name, namespace } = manifest.metadata ?? {};
  if (!name) throw new TypeError(`a ${manifest.kind ?? 'manifest'} without metadata.name cannot be applied`);
  return { name, ...(namespace ? { namespace } : {}) };
}

function withVersion(manifest: ApplicableManifest, before: KubeObject | undefined): ApplicableManifest {
  const resourceVersion = before?.metadata?.resourceVersion;
  if (resourceVersion === undefined) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, ...{ resourceVersion } } };
}

/** A dry run keeps the resourceVersion whatever it would change. */
function isChanged(before: KubeObject, after: KubeObject, dryRun: boolean): boolean {
  if (!dryRun && before.metadata?.resourceVersion === after.metadata?.resourceVersion) return false;
  return !isDeepStrictEqual(withoutBookkeeping(before), withoutBookkeeping(after));
}

function withoutBookkeeping({ status: _, metadata, ...rest }: KubeObject): unknown {
  const {
    resourceVersion: _version,
    managedFields: _fields,
    generation: _generation,
    ...kept
  } = metadata ?? {};
  return { ...rest, metadata: kept };
}
