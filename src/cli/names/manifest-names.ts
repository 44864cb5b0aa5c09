import type { Asked } from '../../completion/complete-line.ts';
import { loadConfig } from '../../config/load-config.ts';
import { findWorkload } from '../../control/names.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { isMap, type Manifest, valueAt } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import { type RenderedResource, renderManifests } from '../../deploy/render.ts';
import { type ProjectNames, workloadNames } from './project-names.ts';

/**
 * The workloads of the manifests and their containers, without a session. Charts and kustomizations are left out: their
 * tools take their time. Rejects as loadConfig and renderManifests.
 */
export async function manifestNames(
  { file, workload }: Asked,
  { cwd, env, signal }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Pick<ProjectNames, 'workloads' | 'pods' | 'containers'>> {
  const options = { cwd, env, git: createGitFacts, ...(file === undefined ? {} : { file }) };
  const config = { ...(await loadConfig(options, signal)), generated: [] };
  const git = createGitFacts(config.root);
  const namespace = config.namespace ?? 'default';
  const { resources } = await renderManifests({ config, namespace, refs: {}, git }, signal);
  const runs = resources.filter(({ manifest }) => podTemplatePath(manifest) !== undefined);
  const keys = runs.map(({ key }) => key);
  const meant = workload === undefined ? undefined : findWorkload(keys, workload);
  return { ...workloadNames(keys), containers: containersOf(runs, meant) };
}

function containersOf(resources: readonly RenderedResource[], meant: string | undefined): readonly string[] {
  const names = resources
    .filter(({ key }) => meant === undefined || key === meant)
    .flatMap(({ manifest }) => namesIn(manifest));
  return [...new Set(names)].sort();
}

function namesIn(manifest: Manifest): readonly string[] {
  const template = podTemplatePath(manifest);
  const containers = template && valueAt(manifest, [...template, 'spec', 'containers']);
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown) =>
    isMap(container) && typeof container['name'] === 'string' ? [container['name']] : [],
  );
}
