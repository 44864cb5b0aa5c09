import { appPlace } from '../app-place.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { stopApp } from '../stop-app.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** `rockpool stop`: every pod goes, everything else stays; needs no Docker and no valid manifests. */
export async function stop(options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client, namespace } = cluster;
  try {
    const { namespaces } = await appPlace(config, namespace, signal);
    await stopApp({ client, app: config.name, namespaces, signal, tell: (line) => console.error(line) });
    return 0;
  } finally {
    await cluster.close();
  }
}
