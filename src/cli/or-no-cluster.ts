import { RockpoolError } from '../session/failure.ts';

/** Failures that mean that there is no cluster to work on. */
const NO_CLUSTER = new Set([
  'CLUSTER_LOST',
  'MINIKUBE_MISSING',
  'MINIKUBE_NO_PROFILE',
  'MINIKUBE_STOPPED',
  'NO_CONTEXT',
  'NO_KUBECONFIG',
]);

/** Does work that needs a cluster. Where there is none, its failure names the ways to one, and has exit code 3. */
export async function orNoCluster<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    const { failures } = error;
    if (!failures.some(({ code }) => NO_CLUSTER.has(code))) throw error;
    const [first, ...others] = failures;
    const hint = [first?.hint, WAYS].filter((each) => each !== undefined).join('\n');
    throw new RockpoolError(first ? [{ ...first, hint }, ...others] : failures, {
      exitCode: 3,
      cause: error,
    });
  }
}

const WAYS = `Ways to a cluster:
  minikube start                    a local Kubernetes; Docker Desktop, kind and k3d work, too
  rockpool up --cluster sandbox     neither Docker nor Kubernetes: containers run as programs of this machine,
                                    without isolation
  rockpool demo                     shows rockpool on a small project in that sandbox`;
