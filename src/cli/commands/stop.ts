import type { Failure } from '../../session/failure.ts';
import { appPlace } from '../app-place.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { formatFailure } from '../report-error.ts';
import { stopApp } from '../stop-app.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { whileHeld } from '../while-held.ts';

export interface StopCommandOptions extends ProjectOptions {
  readonly takeover?: boolean;
}

/** `rockpool stop`: every pod goes, everything else stays; needs no Docker and no valid manifests. */
export async function stop({ takeover = false, ...options }: StopCommandOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client } = cluster;
  const tell = (line: string) => console.error(line);
  const onNotice = (failure: Failure) => tell(formatFailure(failure, 'warning'));
  try {
    const entering = { config, cluster, command: 'rockpool stop', takeover, tell, onNotice, signal };
    return await whileHeld(entering, async () => {
      const { namespaces } = await appPlace(config, cluster, signal);
      await stopApp({ client, app: config.name, namespaces, signal, tell });
    });
  } finally {
    await cluster.close();
  }
}
