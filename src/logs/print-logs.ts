import type { Writable } from 'node:stream';
import type { V1Service } from '@kubernetes/client-node';
import type { KubeClient } from '../kube/kube-client.ts';
import type { Wire } from '../kube/kube-object.ts';
import { openPodLog } from '../kube/pod-log-stream.ts';
import { getResource } from '../kube/resources.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Clock } from '../session/ports.ts';
import { followPods } from './follow-pods.ts';
import { createKubePodWatch } from './kube-pod-watch.ts';
import { markerText } from './log-marker.ts';
import { createPlainPrinter } from './plain-printer.ts';
import type { LogQuery } from './query.ts';

export interface PrintLogsOptions {
  readonly client: Pick<KubeClient, 'request' | 'stream'>;
  readonly query: LogQuery;
  /** of the context, for a query that names none */
  readonly namespace: string;
  /** lines */
  readonly stdout: Writable;
  /** which containers come and go, and what keeps their logs from being read */
  readonly stderr: Writable;
  /** stdout is a terminal */
  readonly terminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/**
 * Prints the logs that a query asks for. Resolves when all is printed (--no-follow) or nobody reads any more; rejects
 * with the signal's reason, or a RockpoolError: NO_SUCH_SERVICE, PODS_REFUSED.
 */
export async function printLogs(options: PrintLogsOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { client, query, stdout, terminal, clock } = options;
  const namespace = query.allNamespaces ? undefined : (query.namespace ?? options.namespace);
  const look = { colour: wantsColour(options), namespaces: query.allNamespaces };
  const { output: format, timestamps } = query;
  const printer = createPlainPrinter(stdout, { ...look, format, timestamps, terminal });
  const say = (text: string) => void options.stderr.write(`${text}\n`);
  const selector = await serviceSelector(client, query, namespace, signal);
  const watchPods = createKubePodWatch({
    ...{ client, onLost: say },
    ...(namespace === undefined ? {} : { namespace }),
    ...(query.selector === undefined ? {} : { labelSelector: query.selector }),
  });
  let found = false;
  const work = followPods(
    {
      ...{ watchPods, query, clock },
      ...(selector === undefined ? {} : { selector }),
      open: (request, inner) => openPodLog(client, request, inner),
      onLines: (lines) => printer.print(lines),
      onMarker: (marker) => {
        found = true;
        say(markerText(marker, look));
      },
      onProblem: ({ pod, container }, message) => say(`${pod} ${container}: ${message}`),
    },
    AbortSignal.any([signal, printer.closed]),
  );
  await work.catch((error) => {
    if (signal.aborted || !printer.closed.aborted) throw error;
  });
  if (!found && !printer.closed.aborted)
    say(`no container matches in ${namespace === undefined ? 'any namespace' : `namespace ${namespace}`}`);
}

function wantsColour({ query, terminal, env }: PrintLogsOptions): boolean {
  if (query.color !== 'auto') return query.color === 'always';
  return terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** What the Service of the query selects now. */
async function serviceSelector(
  client: Pick<KubeClient, 'request'>,
  { pods }: LogQuery,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (!('workload' in pods) || pods.workload.kind !== 'Service') return undefined;
  const { name } = pods.workload;
  if (namespace === undefined) {
    throw new RockpoolError(
      {
        code: 'LOGS_USAGE',
        subject: 'logs',
        message: `service/${name} needs one namespace.`,
        hint: 'Use -n, not -A.',
      },
      { exitCode: 2 },
    );
  }
  const service = await getResource<Wire<V1Service>>(client, services, { namespace, name }, signal);
  const selector = service?.spec?.selector;
  if (selector !== undefined && Object.keys(selector).length > 0) return selector;
  const what = service === undefined ? 'There is no' : 'No pods are selected by';
  throw new RockpoolError({
    code: 'NO_SUCH_SERVICE',
    subject: 'logs',
    message: `${what} Service "${name}" in namespace "${namespace}".`,
    hint:
      service === undefined
        ? 'see which there are'
        : 'see what its selector is; one without pods of its own has no logs',
    command: `kubectl get services -n ${namespace}`,
  });
}

const services = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true };
