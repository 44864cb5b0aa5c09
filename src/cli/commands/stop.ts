import type { StopReport } from '../../deploy/stop-workloads.ts';
import { stopWorkloads } from '../../deploy/stop-workloads.ts';
import { appPlace } from '../app-place.ts';
import { openCluster } from '../open-cluster.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** `rockpool stop`: every pod goes, everything else stays; needs no Docker and no valid manifests. */
export async function stop(options: ProjectOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster(options, config);
  const { client, namespace } = cluster;
  try {
    const { namespaces } = await appPlace(config, namespace, signal);
    await stopApp({ client, app: config.name, namespaces, signal, tell: (line) => console.error(line) });
    return 0;
  } finally {
    await cluster.close();
  }
}

type StopAppOptions = Omit<Parameters<typeof stopWorkloads>[0], 'report' | 'waiting'> & {
  readonly tell: (line: string) => void;
};

/** Stops the workloads of a project and tells each. Rejects as stopWorkloads does. */
export async function stopApp({ tell, ...options }: StopAppOptions): Promise<void> {
  let count = 0;
  await stopWorkloads({
    ...options,
    report: (report) => {
      count += 1;
      tell(`${report.key}  ${inWords(report)}`);
    },
    waiting: (pods) => tell(`waiting for ${pods === 1 ? '1 pod' : `${pods} pods`} to end…`),
  });
  const place = options.namespaces.join(', ');
  tell(
    count === 0
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
