import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { findConfig } from '../../config/find-config.ts';
import { printLogs } from '../../logs/print-logs.ts';
import { type LogQueryOptions, parseLogQuery } from '../../logs/query.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { askSession } from '../ask-session.ts';
import { openCluster } from '../open-cluster.ts';
import { sessionLogs } from '../session-logs.ts';
import { systemClock } from '../system-clock.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface LogsOptions extends LogQueryOptions {
  readonly file?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  /** from the running session instead of the cluster */
  readonly session?: boolean;
  readonly after?: string;
}

/** `rockpool logs`: reads only, so it asks no context whether it may be touched. */
export async function logs(query: string, options: LogsOptions): Promise<number> {
  if (options.session)
    return askSession(options, (client, signal) => sessionLogs(client, query, options, signal));
  if (options.after !== undefined) throw new RockpoolError(afterAlone, { exitCode: 2 });
  const interruption = untilInterrupted();
  const parsed = parseLogQuery(query, options);
  const namespace = options.namespace ?? (await projectNamespace(options.file));
  const cluster = await openCluster(
    { ...options, ...(namespace === undefined ? {} : { namespace }) },
    'read-only',
  );
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

/** In a project's folder its own namespace is meant. Elsewhere, and when its file is broken, the context's. */
async function projectNamespace(file: string | undefined): Promise<string | undefined> {
  const path = await findConfig(process.cwd(), file);
  if (path === undefined) return undefined;
  const document: unknown = parse(await readFile(path, 'utf8').catch(() => ''), { logLevel: 'silent' });
  const named = typeof document === 'object' && document !== null && 'namespace' in document;
  return named && typeof document.namespace === 'string' ? document.namespace : undefined;
}

const afterAlone: Failure = {
  code: 'LOGS_USAGE',
  subject: 'logs',
  message: '--after counts the lines of a session.',
  hint: 'Use it with --session; without, --since and --tail say where to begin.',
};
