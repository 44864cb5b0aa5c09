import { printLogs } from '../../logs/print-logs.ts';
import { type LogQueryOptions, parseLogQuery } from '../../logs/query.ts';
import { openCluster } from '../open-cluster.ts';
import { systemClock } from '../system-clock.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface LogsOptions extends LogQueryOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** `rockpool logs`: reads only, so it asks no context whether it may be touched. */
export async function logs(query: string, options: LogsOptions): Promise<number> {
  const interruption = untilInterrupted();
  const parsed = parseLogQuery(query, options);
  const cluster = await openCluster(options, 'read-only');
  try {
    await printLogs(
      {
        client: cluster.client,
        query: parsed,
        namespace: cluster.namespace,
        stdout: process.stdout,
        stderr: process.stderr,
        terminal: process.stdout.isTTY === true,
        env: process.env,
        clock: systemClock,
      },
      interruption.signal,
    );
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) return interruption.exitCode();
    throw error;
  } finally {
    await cluster.close();
  }
}
