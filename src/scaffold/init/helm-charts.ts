import pLimit from 'p-limit';
import { findProgram } from '../../cluster/require-program.ts';
import type { ChartConfig } from '../../config/config.ts';
import { helmManifests } from '../../deploy/helm-manifests.ts';
import type { Manifest } from '../../deploy/manifest.ts';
import { formatPlace } from '../../session/failure.ts';
import type { Answers } from '../proposal.ts';
import type { ChartUse } from '../propose/chart-source.ts';
import { chartUses, keyOfUse } from '../propose/chart-uses.ts';
import type { FoundChart, RenderedObject, Survey } from '../survey/survey.ts';

/** Objects of the namespace that is not chosen yet are told by it. */
const ANY = 'rockpool-any-namespace';

/**
 * Adds to a survey what its charts make, as helm renders them with the release and values that they would have. Each is
 * rendered once; one that helm does not render is left to be guessed, and all are where there is no helm on the PATH.
 */
export function createHelmCharts(
  root: string,
  signal: AbortSignal,
): (survey: Survey, answers: Answers) => Promise<Survey> {
  const limit = pLimit(2);
  const known = new Map<string, Promise<readonly RenderedObject[] | undefined>>();
  return async (survey, answers) => {
    const uses = chartUses(survey, answers);
    if (uses.length === 0 || (await findProgram('helm', process.env)) === undefined) return survey;
    const entries = uses.map(async ({ chart, use }) => {
      const key = keyOfUse(chart, use);
      const rendering = known.get(key) ?? limit(() => render({ chart, use }, root, signal));
      known.set(key, rendering);
      const objects = await rendering;
      return objects ? [[key, objects] as const] : [];
    });
    return { ...survey, rendered: new Map((await Promise.all(entries)).flat()) };
  };
}

async function render(
  { chart, use }: { readonly chart: FoundChart; readonly use: ChartUse },
  root: string,
  signal: AbortSignal,
): Promise<readonly RenderedObject[] | undefined> {
  const config: ChartConfig = {
    ...{ tool: 'helm', chart: chart.path, isLocal: true, release: use.release },
    ...{ values: use.valuesFiles, set: use.set, at: { file: chart.path } },
    inputs: { files: [], folders: [] },
  };
  try {
    const { manifests, failures } = await helmManifests(config, { root, namespace: ANY }, signal);
    if (failures.length > 0) return undefined;
    return manifests.map(({ manifest, file }) => ({
      manifest: withoutAny(manifest),
      at: formatPlace({ file }),
    }));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function withoutAny(manifest: Manifest): Manifest {
  if (manifest.metadata.namespace !== ANY) return manifest;
  const { namespace: _, ...metadata } = manifest.metadata;
  return { ...manifest, metadata };
}
