import type { KubeStatus } from '../kube/kube-client.ts';
import type { Failure } from '../session/failure.ts';
import { conflictsOf } from './field-managers.ts';
import { resolveFieldPath } from './field-path.ts';
import { describeResource } from './manifest.ts';
import type { RenderedResource } from './render.ts';
import { controllersOf, listed } from './resolve-conflict.ts';

/** Controllers set fields of the manifest to other values, and nothing is taken from them: who, and which. */
export async function conflictFailure(
  causes: KubeStatus['causes'],
  { key, manifest, locate }: Pick<RenderedResource, 'key' | 'manifest' | 'locate'>,
): Promise<Failure> {
  const conflicts = conflictsOf(causes);
  const controllers = controllersOf(conflicts);
  const shown = controllers.length > 0 ? controllers : conflicts;
  const managers = [...new Set(shown.map(({ manager }) => manager))];
  const fields = shown.map(({ field }) => field);
  return {
    code: 'APPLY_CONFLICT',
    subject: key,
    message: `${managers.join(' and ')} set ${listed(fields)} of ${describeResource(manifest)} to other values`,
    hint: 'a controller of the cluster owns these fields: leave them out of the manifest',
    at: await locate(resolveFieldPath(manifest, fields[0] ?? '')),
  };
}
