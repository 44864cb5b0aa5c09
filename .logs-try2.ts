import { createUndiciKubeClient } from './src/kube/undici-kube-client.ts';
import { loadKubeConfig } from './src/kube/kubeconfig.ts';
import { selectContext } from './src/kube/select-context.ts';
import { printLogs } from './src/logs/print-logs.ts';
import { type LogQueryOptions, parseLogQuery } from './src/logs/query.ts';
import { untilInterrupted } from './src/cli/until-interrupted.ts';
import { systemClock } from './src/cli/system-clock.ts';

/** `rockpool logs`: the logs of the pods that match. */
export async function logs(words: string, options: LogQueryOptions): Promise<number> {
  const query = parseLogQuery(words, options);
  const { signal } = untilInterrupted();
  const loaded = await loadKubeConfig({
    env: process.env,
    ...(query.kubeconfig === undefined ? {} : { path: query.kubeconfig }),
  });
  const { name, namespace } = selectContext(loaded, query.context);
  const client = await createUndiciKubeClient(loaded, name);
  try {
    await printLogs(
      {
        ...{ client, query, namespace, clock: systemClock, env: process.env },
        ...{ stdout: process.stdout, stderr: process.stderr, terminal: process.stdout.isTTY },
      },
      signal,
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await client.close();
  }
  return 0;
}
const o: LogQueryOptions = { container: '.*', excludeContainer: [], include: [], exclude: [], since: '48h', tail: '3', follow: process.argv[3] === 'follow', output: 'default', color: 'always', namespace: 'logs-area' };
try { console.error('exit', await logs(process.argv[2] ?? '', o)); } catch (e) { console.error((e as {failures?: unknown}).failures ?? e); }
