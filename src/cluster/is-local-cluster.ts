import type { ClusterContext } from './cluster-context.ts';
import { isLocalServer } from './is-local-server.ts';

/**
 * Whether a context is a cluster on the developer's own machine, as far as a kubeconfig can show it: it is named as
 * local clusters are (or marked by minikube) and its server is near. Both, because a name is easily given to the wrong
 * cluster, and a private address is also what a production cluster behind a VPN has. A cluster behind a proxy is never
 * local: what is near the proxy may be far from here.
 */
export function isLocalCluster(context: ClusterContext): boolean {
  if (context.proxyUrl) return false;
  const named = context.minikube === true || LOCAL_CONTEXT.test(context.name);
  return named && isLocalServer(context.server);
}

const LOCAL_CONTEXT =
  /^(minikube|docker-desktop|docker-for-desktop|kind-.+|k3d-.+|rancher-desktop|colima(-.+)?|orbstack|microk8s|sandbox)$/;
