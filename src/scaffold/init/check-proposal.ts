import type { Config } from '../../config/config.ts';
import { type LoadConfigOptions, readInferred } from '../../config/load-config.ts';
import { nameGenerated } from '../../config/name-generated.ts';
import { type Rendered, renderManifests } from '../../deploy/render.ts';
import { RockpoolError } from '../../session/failure.ts';

export interface CheckedProposal {
  /** `Deployment web`: what it would apply */
  readonly resources: readonly string[];
  readonly warnings: readonly string[];
  /** what could not be rendered, since its tool is not there, in words */
  readonly notChecked: readonly string[];
}

/**
 * Reads a proposed rockpool.yaml as a command would and renders its manifests; charts and kustomizations only where
 * helm and kustomize are on the PATH. Rejects with a RockpoolError that holds every problem with its place.
 */
export async function checkProposal(
  yaml: string,
  load: LoadConfigOptions,
  signal: AbortSignal,
): Promise<CheckedProposal> {
  const config = await readInferred({ source: yaml, inferred: [] }, load, 'rockpool.yaml as proposed');
  const { rendered, notChecked } = await render(config, load, signal);
  return {
    resources: rendered.resources.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`),
    warnings: [
      ...config.warnings.map(({ message }) => message),
      ...rendered.warnings.filter(
        (words) => notChecked.length === 0 || !words.startsWith('no manifest uses'),
      ),
      ...(notChecked.length === 0 ? lostForwards(config, rendered) : []),
    ],
    notChecked,
  };
}

async function render(
  config: Config,
  { git }: LoadConfigOptions,
  signal: AbortSignal,
): Promise<{ readonly rendered: Rendered; readonly notChecked: readonly string[] }> {
  const request = { config, namespace: config.namespace ?? 'default', refs: {}, git: git(config.root) };
  try {
    return { rendered: await renderManifests(request, signal), notChecked: [] };
  } catch (error) {
    const missing =
      error instanceof RockpoolError ? error.failures.filter(({ code }) => code === 'TOOL_MISSING') : [];
    if (missing.length === 0 || missing.length < (error as RockpoolError).failures.length) throw error;
    const rest = { ...config, generated: [] };
    return {
      rendered: await renderManifests({ ...request, config: rest }, signal),
      notChecked: config.generated.map(
        (generated) => `${nameGenerated(generated)}: ${generated.tool} is not on the PATH`,
      ),
    };
  }
}

/** Names of a chart's objects are guessed before it is rendered. */
function lostForwards({ forwards }: Config, { resources }: Rendered): readonly string[] {
  const names = new Set(
    resources.map(({ manifest }) => `${manifest.kind.toLowerCase()}/${manifest.metadata.name}`),
  );
  return forwards
    .filter(({ kind, name }) => !names.has(`${kind}/${name}`))
    .map(({ id }) => `forward ${id}: nothing of that name is rendered`);
}
