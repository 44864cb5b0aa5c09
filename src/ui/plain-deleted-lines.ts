import type { ResourceKey } from '../session/observed.ts';
import { isLeftAlone, leftReason } from '../session/reduce-deleted.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/** A workload of ours that was deleted, and why it does not come back where it does not. Pure. */
export function deletedLines(
  key: ResourceKey,
  { workloads }: SessionState,
  { resources }: SessionState,
): string[] {
  if (workloads[key]?.mine !== true) return [];
  const isLeft = resources[key] !== undefined && isLeftAlone(resources[key]);
  return [`${resourceParts(key).name}  deleted`, ...(isLeft ? [`  ${leftReason(key)}`] : [])];
}
