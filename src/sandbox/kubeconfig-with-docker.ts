import { SANDBOX_EXTENSION } from '../kube/kubeconfig.ts';
import type { KubeconfigDocument } from '../kube/kubeconfig-document.ts';

/** The kubeconfig of a sandbox with the socket of its Docker endpoint, so that other terminals build there, too. Pure. */
export function withDocker(kubeconfig: string, docker: string): string {
  const { clusters, ...rest } = JSON.parse(kubeconfig) as KubeconfigDocument;
  const extensions = [{ name: SANDBOX_EXTENSION, extension: { docker } }];
  const marked = clusters.map(({ name, cluster }) => ({ name, cluster: { ...cluster, extensions } }));
  return JSON.stringify({ ...rest, clusters: marked }, undefined, 2);
}
