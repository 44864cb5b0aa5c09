import { refuse } from '../../api/api-error.ts';
import type { ContainerStatus } from '../objects.ts';

/**
 * Which instance of a container a log is wanted of. Throws an ApiError of 400 in the kubelet's words
 * (validateContainerLogStatus in pkg/kubelet/kubelet_pods.go). Pure.
 */
export function findInstance(
  pod: string,
  container: string,
  status: ContainerStatus | undefined,
  previous: boolean,
): 'current' | 'previous' {
  const words = `container "${container}" in pod "${pod}"`;
  const { state = {}, lastState = {} } = status ?? {};
  const last = lastState.terminated?.containerID;
  if (previous) {
    if (last) return 'previous';
    throw refuse.badRequest(`previous terminated ${words} not found`);
  }
  if (state.running || state.terminated?.containerID) return 'current';
  if (last) return 'previous';
  if (state.terminated) throw refuse.badRequest(`${words} is terminated`);
  const reason = state.waiting?.reason;
  if (reason === undefined) throw refuse.badRequest(`${words} is waiting to start - no logs yet`);
  throw refuse.badRequest(`${words} is waiting to start: ${WAITING[reason] ?? reason}`);
}

const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};
