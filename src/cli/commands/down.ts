import { type DeleteReport, deleteResources } from '../../deploy/delete-resources.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { renderManifests } from '../../deploy/render.ts';
import { createDiscovery } from '../../kube/discovery.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** What became of each resource, in words. */
const OUTCOMES: Readonly<Record<DeleteReport['outcome'], string>> = {
  deleted: 'deleted',
  absent: 'is not there',
  kept: 'kept',
  foreign: 'kept: it was not applied by this project',
};

/** `rockpool down`: deletes what the manifests describe and this project applied; needs no Docker. */
export async function down(options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client, namespace } = cluster;
  try {
    const request = { config, namespace, refs: {}, git: createGitFacts(config.root) };
    const { resources } = await renderManifests(request, signal);
    await deleteResources(resources, {
      client,
      discovery: createDiscovery(client),
      app: config.name,
      report: ({ key, outcome }) => console.error(`${key}  ${OUTCOMES[outcome]}`),
      signal,
    });
    return 0;
  } finally {
    await cluster.close();
  }
}
