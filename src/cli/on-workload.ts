import { type ProjectPlace, projectWorkloads } from '../control/cluster-workloads.ts';
import { findWorkload } from '../control/names.ts';
import { clusterLost } from '../deploy/cluster-lost.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { openCluster } from './open-cluster.ts';
import { openProject } from './open-project.ts';
import type { ProjectOptions } from './program.ts';
import { withSessionCluster } from './session-cluster.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface FoundWorkload extends ProjectPlace {
  readonly client: KubeClient;
  readonly context: string;
  readonly key: ResourceKey;
}

/** Works on a workload of the project by its short name, and returns the exit code of the work. Needs no session. */
export async function onWorkload(
  name: string,
  options: ProjectOptions,
  work: (found: FoundWorkload, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const interruption = untilInterrupted();
  const { signal } = interruption;
  const config = (await openProject(options, signal)).config();
  const cluster = await openCluster((await withSessionCluster(options, config.root)).options, config);
  const { client, namespace, context } = cluster;
  try {
    const place = { client, namespace, app: config.name };
    const workloads = await projectWorkloads(place, signal);
    if (workloads.length === 0) throw nothingThere(name, place);
    const key = findWorkload(workloads, name);
    return await work({ ...place, context, key }, signal);
  } catch (error) {
    if (signal.aborted) return interruption.exitCode();
    if (error instanceof KubeUnreachable) throw clusterLost(error);
    if (error instanceof KubeError) throw refused(name, error);
    throw error;
  } finally {
    await cluster.close();
  }
}

function nothingThere(name: string, { app, namespace }: ProjectPlace): RockpoolError {
  return new RockpoolError(
    {
      code: 'NAME_UNKNOWN',
      subject: name,
      message: `Nothing of ${app} runs in namespace ${namespace}.`,
      hint: '`-n` names another namespace; `rockpool up` or `rockpool apply` brings it there.',
    },
    { exitCode: 2 },
  );
}

function refused(name: string, error: KubeError): RockpoolError {
  const { code, message } = error.status;
  return new RockpoolError(
    {
      code: code === 403 ? 'FORBIDDEN' : 'APPLY_FAILED',
      subject: name,
      message: `The apiserver refused: ${message}.`,
    },
    { cause: error },
  );
}
