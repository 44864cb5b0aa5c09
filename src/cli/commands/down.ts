import { appPlace } from '../app-place.ts';
import { downApp } from '../down-app.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface DownCommandOptions extends ProjectOptions {
  readonly volumes?: boolean;
  readonly adopted?: boolean;
  readonly dryRun?: boolean;
}

/** `rockpool down`: deletes what this project applied; needs no Docker and no valid manifests. */
export async function down(options: DownCommandOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client, namespace } = cluster;
  const { volumes = false, adopted = false, dryRun = false } = options;
  try {
    const place = await appPlace(config, namespace, signal);
    const tell = (line: string) => console.error(line);
    await downApp({ client, app: config.name, place, volumes, adopted, dryRun, tell, signal });
    return 0;
  } finally {
    await cluster.close();
  }
}
