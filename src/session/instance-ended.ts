import type { LogTarget, SessionState } from './state.ts';

/** Whether a container instance is over: its pod is gone, another instance took its place, or it terminated. */
export function instanceEnded(state: SessionState, target: LogTarget): boolean {
  const pod = state.pods[`${target.namespace}/${target.pod}`];
  if (pod?.uid !== target.podUid) return true;
  const container = pod.containers.find(({ name }) => name === target.container);
  return container?.containerId !== target.containerId || container.state !== 'running';
}
