import type { Config, OnExit } from '../config/config.ts';
import { RockpoolError } from '../session/failure.ts';
import { appPlace } from './app-place.ts';
import { downApp } from './down-app.ts';
import type { Cluster } from './open-cluster.ts';
import { ownCommand } from './own-command.ts';
import { formatFailure } from './report-error.ts';
import { stopApp } from './stop-app.ts';
import type { Interruption } from './until-interrupted.ts';

export interface EndOptions {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly interruption: Pick<Interruption, 'exitCode'>;
  /** whether anything of the project is in the cluster */
  readonly isApplied: boolean;
}

/** What the process ends with when its terminal was closed: nobody reads on. */
const HUNG_UP = 129;

/**
 * Does with the workloads what is to be done when a session has ended, and tells it on stderr. A further Ctrl-C leaves
 * them as they are then, with a word. @returns whether it was done; why not is told
 */
export async function endWith(
  onExit: OnExit,
  { config, cluster, interruption, isApplied }: EndOptions,
): Promise<boolean> {
  const { client, namespace } = cluster;
  const app = config.name;
  const tell = (line: string) => interruption.exitCode() !== HUNG_UP && console.error(line);
  if (onExit === 'keep') {
    if (isApplied) tell(keptWords(app, namespace, ownCommand(process)));
    return true;
  }
  const { signal } = new AbortController();
  tell(
    onExit === 'stop'
      ? `onExit: stop. The pods of ${app} are taken away; Ctrl-C leaves at once.`
      : `onExit: down. What was applied of ${app} is deleted; Ctrl-C leaves at once.`,
  );
  try {
    const place = await appPlace(config, cluster, signal);
    if (onExit === 'stop') await stopApp({ client, app, namespaces: place.namespaces, tell, signal });
    else await downApp({ client, app, namespace, place, tell, signal });
    return true;
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    for (const failure of error.failures) tell(formatFailure(failure));
    tell(leftWords(onExit, namespace));
    return false;
  }
}

/** What is said when everything goes on running. @param rockpool how it is started from this shell. Pure. */
export function keptWords(app: string, namespace: string, rockpool: string): string {
  return `${app} goes on running: \`${rockpool} stop -n ${namespace}\` takes its pods away, \`${rockpool} down -n ${namespace}\` deletes it.`;
}

/** What is said when not all was done at the end: the command that does the rest. */
export function leftWords(onExit: OnExit, namespace: string, rockpool = ownCommand(process)): string {
  return `Not all was done at the end: \`${rockpool} ${onExit} -n ${namespace}\` does the rest.`;
}
