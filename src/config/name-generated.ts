import type { GeneratedManifests } from './config.ts';

/** How messages call a chart or a kustomization: `the kustomization overlays/dev`. Pure. */
export function nameGenerated(generated: GeneratedManifests): string {
  return generated.tool === 'helm' ? `the chart ${generated.chart}` : `the kustomization ${generated.folder}`;
}
