import type { FrozenContext } from '../kube/freeze-context.ts';
import { isMinikube, sandboxDocker } from '../kube/kubeconfig.ts';
import type { ClusterContext } from './cluster-context.ts';

/** What the guard and the image route judge, of a frozen context: the same server that requests will go to. */
export function toClusterContext(frozen: FrozenContext): ClusterContext {
  const { name, cluster, server, proxyUrl } = frozen;
  return { name, cluster, server, proxyUrl, minikube: isMinikube(frozen), docker: sandboxDocker(frozen) };
}
