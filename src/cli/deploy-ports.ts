import { createGitFacts } from '../deploy/git-facts.ts';
import { createKubeDeployer } from '../deploy/kube-deployer.ts';
import { restoreWorkloads } from '../deploy/restore-workloads.ts';
import { createRestoringDeployer } from '../deploy/restoring-deployer.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Deployer } from '../session/ports.ts';
import { appPlace } from './app-place.ts';
import { createNamingDeployer } from './naming-deployer.ts';
import type { Cluster } from './open-cluster.ts';
import type { Project } from './open-project.ts';
import type { SessionPortsOptions } from './session-ports.ts';

/** Applies the project's manifests, and first puts back what was stopped. */
export function createDeployer({
  project,
  cluster,
  mayAdopt,
  force,
  onRestored,
}: Pick<SessionPortsOptions, 'project' | 'cluster' | 'mayAdopt' | 'force'> & {
  /** told of each workload that was stopped and runs again */
  readonly onRestored?: (key: ResourceKey) => void;
}): Deployer {
  const { client, namespace } = cluster;
  const deployer = createKubeDeployer({
    client,
    config: () => project.config(),
    namespace,
    git: createGitFacts,
    mayAdopt,
    force,
  });
  const restore = (signal: AbortSignal) => restoreStopped(project, cluster, signal, onRestored);
  return createNamingDeployer(createRestoringDeployer(deployer, restore), cluster.context);
}

/** What `rockpool stop` stopped runs again. */
async function restoreStopped(
  project: Project,
  cluster: Cluster,
  signal: AbortSignal,
  report: (key: ResourceKey) => void = () => undefined,
): Promise<void> {
  const config = project.config();
  const { namespaces } = await appPlace(config, cluster, signal);
  await restoreWorkloads({ client: cluster.client, app: config.name, namespaces, report, signal });
}
