import { isNamespace, type Manifest } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';

/** The namespace that the workloads and Services name, all of them, or that the manifests make. Pure. */
export function chooseNamespace(manifests: readonly Manifest[]): {
  readonly namespace?: string;
  readonly why?: string;
} {
  const placed = manifests.filter((manifest) => podTemplatePath(manifest) || manifest.kind === 'Service');
  const [only, ...others] = new Set(placed.map(({ metadata }) => metadata.namespace));
  if (others.length > 0 || only === 'default') return {};
  if (only !== undefined) return { namespace: only, why: 'the manifests name it' };
  const [made, ...more] = manifests.filter(isNamespace);
  return made && more.length === 0 ? { namespace: made.metadata.name, why: 'the manifests make it' } : {};
}
