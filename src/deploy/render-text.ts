import type { RenderedResource } from './render.ts';
import { yamlText } from './yaml-text.ts';

/** Manifests as one YAML stream that kubectl applies as it is, each with the file it came from above it. Pure. */
export function renderText(resources: readonly Pick<RenderedResource, 'file' | 'manifest'>[]): string {
  return resources.map(({ file, manifest }) => `---\n# ${file}\n${yamlText(manifest)}`).join('');
}
