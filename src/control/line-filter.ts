import type { LinePasses } from '../logs/log-store.ts';
import { parseLogQuery } from '../logs/query.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';

export interface LineQuery {
  readonly query?: string | undefined;
  readonly container?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/**
 * Tells the lines that a query means, by the rules of `rockpool logs`: a regular expression for pod names or
 * `kind/name`, patterns for containers and texts. Throws a RockpoolError of code LOGS_USAGE.
 */
export function lineFilter({
  query = '.*',
  container = '.*',
  include = [],
  exclude = [],
}: LineQuery): LinePasses {
  const parsed = parseLogQuery(query, {
    ...{ container, include, exclude, excludeContainer: [], since: '48h', tail: '-1' },
    ...{ follow: true, output: 'default', color: 'never' },
  });
  const { pods } = parsed;
  if ('workload' in pods && pods.workload.kind === 'Service')
    throw new RockpoolError(noServices, { exitCode: 2 });
  const isMeant = (pod: string, owner: string | undefined): boolean => {
    if ('name' in pods) return pods.name(pod);
    const { kind, name } = pods.workload;
    const [ownKind, , ownName] = (owner ?? `Pod//${pod}`).split('/');
    return ownKind === kind && ownName === name;
  };
  return (line) =>
    isMeant(line.pod, line.owner) && parsed.container(line.container) && parsed.line(line.text);
}

const noServices: Failure = {
  code: 'LOGS_USAGE',
  subject: 'logs',
  message: 'The lines of a session are found by pods and workloads, not by Services.',
  hint: 'Name the workload: deployment/web.',
};
