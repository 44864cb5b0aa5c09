/** What of a kubeconfig context decides whether a session may touch it and how images get to its nodes. */
export interface ClusterContext {
  readonly name: string;
  /** name of the cluster entry; of a minikube cluster it is the profile, also when the context was renamed */
  readonly cluster?: string | undefined;
  /** URL of the apiserver, as the kubeconfig writes it */
  readonly server: string;
  /** the cluster entry carries the extension `minikube.sigs.k8s.io`: a minikube profile whatever its name */
  readonly minikube?: boolean | undefined;
  /** path of the socket of a Docker endpoint that comes with the cluster: a sandbox's */
  readonly docker?: string | undefined;
  /** a proxy between this machine and the server */
  readonly proxyUrl?: string | undefined;
}
