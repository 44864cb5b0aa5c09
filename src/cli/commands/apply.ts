import { isAlive, readSessionFile } from '../../control/session-file.ts';
import type { EventBody } from '../../session/events.ts';
import { replaceSyncedPods } from '../../sync/replace-synced-pods.ts';
import { askAdoption, terminalQuestion } from '../ask-adoption.ts';
import { buildImages } from '../build-images.ts';
import { createDeployer } from '../deploy-ports.ts';
import { createBuilder, openHashes } from '../image-ports.ts';
import { type Cluster, openCluster } from '../open-cluster.ts';
import { openProject, type Project } from '../open-project.ts';
import { printInferred } from '../print-inferred.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface ApplyCommandOptions extends ProjectOptions {
  readonly adopt?: boolean;
  readonly force?: boolean;
}

/** `rockpool apply`: builds what the daemon does not have, and applies the manifests once. */
export async function apply(options: ApplyCommandOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const project = await openProject(options, signal);
  printInferred(project.config());
  const cluster = await openCluster(options, project.config());
  const tell = (line: string) => console.error(line);
  try {
    const asked = {
      config: project.config(),
      cluster,
      adopt: options.adopt === true,
      command: 'apply' as const,
      ask: terminalQuestion(),
    };
    const mayAdopt = await askAdoption(asked, signal);
    const { daemon, delivery } = await cluster.docker(signal);
    const hashes = openHashes(project.config().root);
    const builder = createBuilder({ project, daemon, hashes, delivery });
    const config = await project.sessionConfig(cluster.namespace);
    const refs = await buildImages(config, builder, [], tell, signal);
    await hashes.save();
    const deployer = createDeployer({
      project,
      cluster,
      mayAdopt,
      force: options.force === true,
      onRestored: (key) => tell(`${key}  runs again: it was stopped`),
    });
    await deployer.deploy({ generation: 1, refs, applied: {} }, (event) => tellApplied(event, tell), signal);
    await replaceSynced(project, cluster, { refs: Object.values(refs), tell }, signal);
    return 0;
  } finally {
    await cluster.close();
  }
}

/** A session that runs sees to its containers itself. */
async function replaceSynced(
  project: Project,
  { client, namespace }: Cluster,
  { refs, tell }: { readonly refs: readonly string[]; readonly tell: (line: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const { root, name: app } = project.config();
  const session = await readSessionFile(root);
  if (session && (await isAlive(session))) return;
  await replaceSyncedPods({ client, namespace, app, refs, tell }, signal);
}

function tellApplied(event: EventBody, tell: (line: string) => void): void {
  if (event.type === 'manifests.rendered') for (const warning of event.warnings) tell(`warning: ${warning}`);
  if (event.type === 'resource.adopted') tell(`${event.key}  taken over from ${event.managers.join(', ')}`);
  if (event.type === 'deploy.held') tell(`${event.key}  ${event.reason}`);
  if (event.type === 'resource.pruned') {
    tell(`${event.key}  ${event.outcome}: ${event.reason ?? 'no longer in the manifests'}`);
  }
  if (event.type !== 'resource.applied') return;
  for (const warning of event.warnings) tell(`warning: ${event.key}: ${warning}`);
  tell(`${event.key}  ${event.outcome}`);
}
