import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { findConfig } from '../../config/find-config.ts';
import { printLogs } from '../../logs/print-logs.ts';
import { type LogQueryOptions, parseLogQuery } from '../../logs/query.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { askSession } from '../ask-session.ts';
import { openCluster } from '../open-cluster.ts';
import { withSessionCluster } from '../session-cluster.ts';
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
  const path = await findConfig(process.cwd(), options.file);
  const cluster = await openCluster(await clusterOf(options, path), 'read-only');
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

/** In a project's folder the sandbox of its session is meant, when it has one, else the project's own namespace. */
async function clusterOf(options: LogsOptions, path: string | undefined): Promise<LogsOptions> {
  const means = await withSessionCluster(options, path === undefined ? process.cwd() : dirname(path));
  if (means.docker) return means.options;
  const namespace = options.namespace ?? (await projectNamespace(path));
  return { ...options, ...(namespace === undefined ? {} : { namespace }) };
}

/** What the file of the project names. None when it is broken: then the context's is meant. */
async function projectNamespace(path: string | undefined): Promise<string | undefined> {
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
