import type { Config } from '../../config/config.ts';
import { type LoadConfigOptions, readInferred } from '../../config/load-config.ts';
import { renderManifests } from '../../deploy/render.ts';

export interface CheckedProposal {
  readonly config: Config;
  /** `Deployment web`: what it would apply */
  readonly resources: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads a proposed rockpool.yaml as a command would and renders its manifests. Rejects with a RockpoolError that holds
 * every problem with its place.
 */
export async function checkProposal(
  yaml: string,
  load: LoadConfigOptions,
  signal: AbortSignal,
): Promise<CheckedProposal> {
  const config = await readInferred({ source: yaml, inferred: [] }, load);
  const namespace = config.namespace ?? 'default';
  const rendered = await renderManifests({ config, namespace, refs: {}, git: load.git(config.root) }, signal);
  return {
    config,
    resources: rendered.resources.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`),
    warnings: [...config.warnings.map(({ message }) => message), ...rendered.warnings],
  };
}
