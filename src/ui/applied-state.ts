import type { ResourceKey } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';

/** Whether what is observed of a workload is older than what was applied last. Pure. */
export function isBehind({ resources, workloads }: SessionState, key: ResourceKey): boolean {
  const { revision } = resources[key] ?? {};
  return revision !== undefined && (workloads[key]?.revision ?? revision) < revision;
}

/**
 * Whether a workload of ours was found running, and is not known to be as the manifests and sources have it: they were
 * not applied yet in this session. Pure.
 */
export function isUnchecked({ deploy, resources, workloads }: SessionState, key: ResourceKey): boolean {
  return workloads[key]?.mine === true && deploy.done === 0 && resources[key]?.hash === undefined;
}
