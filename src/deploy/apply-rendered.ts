import { formatPath } from '../config/describe-issues.ts';
import type { Path } from '../config/located-tree.ts';
import { KubeError } from '../kube/kube-client.ts';
import { type AppliedResource, type ApplyResourceOptions, applyResource } from './apply-resource.ts';
import { resolveFieldPath } from './field-path.ts';
import { isMap, type Manifest } from './manifest.ts';
import type { RenderedResource } from './render.ts';
import { findUnknownFields } from './unknown-fields.ts';

/**
 * Applies a manifest as applyResource does. Of one that a chart or a kustomization made, fields that the apiserver does
 * not know are left out with a warning: server-side apply refuses them whatever fieldValidation says, and charts are
 * written for many versions of Kubernetes. Rejects as applyResource does.
 */
export async function applyRendered(
  resource: Pick<RenderedResource, 'key' | 'manifest' | 'isGenerated'>,
  options: ApplyResourceOptions,
): Promise<AppliedResource> {
  if (!resource.isGenerated) return applyResource(resource, options);
  const lenient: ApplyResourceOptions = { ...options, fieldValidation: 'Warn' };
  try {
    return await applyResource(resource, lenient);
  } catch (error) {
    const unknown = await unknownFields(error, resource.manifest, options);
    if (unknown.length === 0) throw error;
    const manifest = unknown.reduce(withoutField, resource.manifest);
    const applied = await applyResource({ key: resource.key, manifest }, lenient);
    const told = unknown.map(
      (path) => `left out: ${formatPath(path)}, a field that the apiserver does not know`,
    );
    return { ...applied, warnings: [...told, ...applied.warnings] };
  }
}

async function unknownFields(
  error: unknown,
  manifest: Manifest,
  { client, signal }: ApplyResourceOptions,
): Promise<readonly Path[]> {
  if (!(error instanceof KubeError)) return [];
  const named = error.status.causes.filter(({ reason }) => reason === 'FieldValueUnknown');
  if (named.length === 0) return [];
  const found = await findUnknownFields(client, manifest, signal);
  return found.length > 0
    ? found.map(({ path }) => path)
    : named.map(({ field }) => resolveFieldPath(manifest, field ?? ''));
}

/** Lists keep their items: what is taken out is a key of a map. */
function withoutField(manifest: Manifest, path: Path): Manifest {
  return remove(manifest, path) as Manifest;
}

function remove(value: unknown, [step, ...rest]: Path): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === step ? remove(item, rest) : item));
  }
  if (!isMap(value) || typeof step !== 'string') return value;
  if (rest.length > 0) return { ...value, [step]: remove(value[step], rest) };
  const { [step]: _, ...others } = value;
  return others;
}
