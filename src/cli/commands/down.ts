import type { Failure } from '../../session/failure.ts';
import { appPlace } from '../app-place.ts';
import { downApp } from '../down-app.ts';
import { withNamedContext } from '../naming-deployer.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { formatFailure } from '../report-error.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { whileHeld } from '../while-held.ts';

export interface DownCommandOptions extends ProjectOptions {
  readonly volumes?: boolean;
  readonly adopted?: boolean;
  readonly dryRun?: boolean;
  readonly takeover?: boolean;
}

/** `rockpool down`: deletes what this project applied; needs no Docker and no valid manifests. */
export async function down(options: DownCommandOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client, namespace } = cluster;
  const { volumes = false, adopted = false, dryRun = false, takeover = false } = options;
  const tell = (line: string) => console.error(line);
  const onNotice = (failure: Failure) => tell(formatFailure(failure, 'warning'));
  const work = async () => {
    const place = await appPlace(config, cluster, signal);
    const given = { client, app: config.name, namespace, place, volumes, adopted, dryRun, tell, signal };
    await withNamedContext(cluster.context, () => downApp(given));
  };
  try {
    if (!dryRun) {
      const entering = { config, cluster, command: 'rockpool down', takeover, tell, onNotice, signal };
      return await whileHeld(entering, work);
    }
    await work();
    return 0;
  } finally {
    await cluster.close();
  }
}
