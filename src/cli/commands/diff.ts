import { diffResources, type ResourceDiff } from '../../deploy/diff-resources.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { renderManifests } from '../../deploy/render.ts';
import { createDiscovery } from '../../kube/discovery.ts';
import { openHashes } from '../image-ports.ts';
import { imageRefs } from '../image-refs.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import { printInferred } from '../print-inferred.ts';
import type { ProjectOptions } from '../program.ts';
import { withSessionCluster } from '../session-cluster.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** `rockpool diff`: unified diffs on stdout, a summary on stderr; 1 when an apply would change something. */
export async function diff(options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const project = await openProject(options, signal);
  printInferred(project.config());
  const config = project.config();
  const means = await withSessionCluster(options, config.root);
  const cluster = await openCluster(means.options, config, means.docker);
  const { client, namespace } = cluster;
  try {
    const { daemon, delivery } = await cluster.docker(signal);
    const session = await project.sessionConfig(namespace);
    const refs = await imageRefs(
      { config, session, daemon, delivery, hashes: openHashes(config.root) },
      signal,
    );
    const git = createGitFacts(config.root);
    const { resources, warnings } = await renderManifests({ config, namespace, refs, git }, signal);
    for (const warning of warnings) console.error(`warning: ${warning}`);
    const discovery = createDiscovery(client);
    const diffs = await diffResources(resources, { client, discovery, app: config.name, namespace, signal });
    for (const { text } of diffs) if (text !== '') console.log(text);
    for (const { key, file, change } of diffs) console.error(`${key}  ${WORDS[change]}  (${file})`);
    return diffs.every(({ change }) => change === 'unchanged') ? 0 : 1;
  } finally {
    await cluster.close();
  }
}

const WORDS: Readonly<Record<ResourceDiff['change'], string>> = {
  new: 'new',
  changed: 'changed',
  unchanged: 'unchanged',
  replaced: 'replaced',
  marked: "gets rockpool's labels and annotations, and nothing else changes",
};
