import type { GeneratedManifests } from '../config/config.ts';
import { helmManifests } from './helm-manifests.ts';
import { kustomizeManifests } from './kustomize-manifests.ts';
import type { ManifestFile } from './parse-rendered.ts';

export interface GeneratedContext {
  /** absolute path of the project */
  readonly root: string;
  /** the session's */
  readonly namespace: string;
}

/** Has a chart or a kustomization rendered by its tool. Rejects as helmManifests and kustomizeManifests do. */
export async function readGenerated(
  generated: GeneratedManifests,
  context: GeneratedContext,
  signal: AbortSignal,
): Promise<ManifestFile> {
  const read =
    generated.tool === 'helm'
      ? await helmManifests(generated, context, signal)
      : await kustomizeManifests(generated, context.root, signal);
  return { ...read, manifests: read.manifests.map((manifest) => ({ ...manifest, isGenerated: true })) };
}
