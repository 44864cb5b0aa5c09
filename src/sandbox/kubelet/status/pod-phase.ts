import { type ContainerView, hasFailedInit, type RestartPolicy } from '../decide.ts';
import type { ContainerStatus } from '../objects.ts';

/** The phase of a pod, by the rules of getPhase in pkg/kubelet/kubelet_pods.go. Pure. */
export function podPhase(
  views: readonly ContainerView[],
  statuses: readonly ContainerStatus[],
  policy: RestartPolicy,
): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  if (hasFailedInit(views, policy)) return 'Failed';
  if (!isInitialized(views)) return 'Pending';
  const kinds = statuses.map(kindOf);
  const count = (wanted: string) => kinds.filter((kind) => kind.startsWith(wanted)).length;
  if (count('waiting') > 0) return 'Pending';
  if (count('running') > 0) return 'Running';
  if (count('stopped') === 0) return 'Pending';
  if (policy === 'Always') return 'Running';
  if (count('stopped well') === count('stopped')) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** Whether the init containers have done their work; one that has begun its others is for good. Pure. */
export function isInitialized(views: readonly ContainerView[]): boolean {
  if (views.some(({ role, is }) => role === 'main' && is !== 'new')) return true;
  return views.every(
    ({ role, is, exitCode, started }) =>
      role === 'main' || (role === 'init' ? is === 'ended' && exitCode === 0 : is === 'running' && started),
  );
}

function kindOf({ state = {}, lastState = {} }: ContainerStatus): string {
  const { running, terminated } = state;
  if (running) return 'running';
  const ended = terminated ?? lastState.terminated;
  if (!ended) return 'waiting';
  return ended.exitCode === 0 ? 'stopped well' : 'stopped badly';
}
