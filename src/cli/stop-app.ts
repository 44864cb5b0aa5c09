import { type StopOptions, type StopReport, stopWorkloads } from '../deploy/stop-workloads.ts';

type StopAppOptions = Omit<StopOptions, 'report' | 'waiting' | 'refused'> & {
  readonly tell: (line: string) => void;
};

/** Stops the workloads of a project and tells each. Rejects as stopWorkloads does. */
export async function stopApp({ tell, ...options }: StopAppOptions): Promise<void> {
  let count = 0;
  const unlisted = new Map<string, Set<string>>();
  await stopWorkloads({
    ...options,
    report: (report) => {
      count += 1;
      tell(`${report.key}  ${inWords(report)}`);
    },
    refused: ({ plural, namespace }) =>
      unlisted.set(namespace, (unlisted.get(namespace) ?? new Set()).add(plural)),
    waiting: (pods) => tell(`waiting for ${pods === 1 ? '1 pod' : `${pods} pods`} to end…`),
  });
  const place = options.namespaces.join(', ');
  for (const [namespace, kinds] of unlisted) {
    tell(
      `You may not list ${[...kinds].sort().join(', ')} in ${namespace}: what ${options.app} has of these there goes on running. \`kubectl auth can-i --list -n ${namespace}\` says what you may do.`,
    );
  }
  tell(
    count === 0 && unlisted.size > 0
      ? `Nothing of ${options.app} was stopped in ${place}: not all of it could be looked at.`
      : count === 0
        ? `Nothing of ${options.app} runs in ${place}.`
        : `${options.app} is stopped in ${place}; volumes, Services and configuration stay. The next up or apply puts it back.`,
  );
}

function inWords({ outcome, replicas }: StopReport): string {
  switch (outcome) {
    case 'already':
      return 'is stopped already';
    case 'suspended':
      return 'suspended';
    case 'deleted':
      return 'deleted: no workload makes it again, an apply does';
    case 'stopped':
      if (replicas === undefined) return 'stopped';
      return `stopped: it had ${replicas === 1 ? '1 replica' : `${replicas} replicas`}`;
  }
}
