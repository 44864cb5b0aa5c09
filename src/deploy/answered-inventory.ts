import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import { clusterLost } from './cluster-lost.ts';

/** Work on the inventory; a refusal of the apiserver becomes a failure of code INVENTORY_FAILED, silence CLUSTER_LOST. */
export async function answeredInventory<T>(work: () => Promise<T>, hint?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KubeUnreachable) throw clusterLost(error);
    if (!(error instanceof KubeError)) throw error;
    const message = `what earlier applies left cannot be looked up: ${error.status.message}`;
    throw new RockpoolError(
      { code: 'INVENTORY_FAILED', subject: 'manifests', message, ...(hint === undefined ? {} : { hint }) },
      { cause: error },
    );
  }
}
