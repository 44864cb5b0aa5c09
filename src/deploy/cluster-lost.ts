import type { KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';

/** An apiserver that does not answer, as the failure of what was asked of it. */
export function clusterLost(error: KubeUnreachable): RockpoolError {
  return new RockpoolError(
    {
      code: 'CLUSTER_LOST',
      subject: 'cluster',
      message: error.message,
      hint: 'see whether the cluster runs; what was done stays done, and the next try goes on from there',
    },
    { cause: error },
  );
}
