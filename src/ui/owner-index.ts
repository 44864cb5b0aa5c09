import type { ResourceKey } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';

/** Which workload each log target belongs to, also after the session has forgotten the target. */
export interface OwnerIndex {
  learn(targets: SessionState['targets']): void;
  ownerOf(targetId: string): ResourceKey | undefined;
}

/** Lines of older targets have long left the log store. */
const KEPT_TARGETS = 5000;

export function createOwnerIndex(): OwnerIndex {
  const owners = new Map<string, ResourceKey>();
  let learned: SessionState['targets'] | undefined;
  return {
    learn(targets) {
      if (targets === learned) return;
      learned = targets;
      for (const { id, owner, namespace, pod } of Object.values(targets)) {
        if (!owners.has(id)) owners.set(id, owner ?? `Pod/${namespace}/${pod}`);
      }
      for (const id of [...owners.keys()].slice(0, Math.max(0, owners.size - KEPT_TARGETS)))
        owners.delete(id);
    },
    ownerOf: (targetId) => owners.get(targetId),
  };
}
