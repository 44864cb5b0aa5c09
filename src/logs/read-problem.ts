import { KubeError } from '../kube/kube-client.ts';

/** `over`: there is nothing to read any more; `later`: it may be read after a while. */
export type ReadProblem = 'over' | 'later';

/** What an error of a log request means. Pure. */
export function readProblem(error: unknown): ReadProblem {
  if (!(error instanceof KubeError)) return 'later';
  const { code, message } = error.status;
  if (code === 404) return 'over';
  return code === 400 && isAbsent.test(message) ? 'over' : 'later';
}

/** As the kubelet (validateContainerLogStatus in kubelet_pods.go) and the apiserver (pod/strategy.go) put it. */
const isAbsent =
  /previous terminated container .* not found|container .* is not valid for pod|not found in pod/;
