import type { Config } from '../config/config.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { type RenderedResource, renderManifests } from '../deploy/render.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';

/** Where the objects of a project are. */
export interface AppPlaceFound {
  /** the session's first */
  readonly namespaces: readonly string[];
  /** none when the manifests do not render */
  readonly resources: readonly RenderedResource[];
  /** why they do not */
  readonly failures: readonly Failure[];
}

/** The session's namespace and those that the manifests name, as far as they render: ending needs no valid manifests. */
export async function appPlace(
  config: Config,
  namespace: string,
  signal: AbortSignal,
): Promise<AppPlaceFound> {
  try {
    const request = { config, namespace, refs: {}, git: createGitFacts(config.root) };
    const { resources } = await renderManifests(request, signal);
    const named = resources.flatMap(({ manifest }) => manifest.metadata.namespace ?? []);
    return { namespaces: [...new Set([namespace, ...named])], resources, failures: [] };
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    return { namespaces: [namespace], resources: [], failures: error.failures };
  }
}
