import { type Hold, nothing, type Part } from './effect.ts';
import { isBlind } from './is-blind.ts';
import { isReadingConfig } from './is-reading-config.ts';
import { clusterHold } from './passing-holds.ts';
import { PAUSED, READING } from './plan-builds.ts';
import type { DeployRequest } from './ports.ts';
import { isLeftAlone, leftReason } from './reduce-deleted.ts';
import type { SessionState } from './state.ts';

/** Applies what is built, when a manifest or an image changed. Pure. */
export function planDeploy(state: SessionState): Part {
  const { generation, done, failedGeneration, refs } = state.deploy;
  const holds = [...heldResources(state), ...waitingApplies(state), ...leftAlone(state)];
  const lost = clusterHold(state);
  if (lost) return { effects: [], holds: [...holds, lost] };
  const isDone = generation <= done || failedGeneration === generation;
  if (!state.config.current || isDone || isBlind(state)) return { effects: [], holds };
  if (state.superseded !== undefined) return nothing;
  if (state.paused) {
    return { effects: [], holds: [...holds, { type: 'paused', what: 'manifests', reason: PAUSED }] };
  }
  if (isReadingConfig(state)) {
    return { effects: [], holds: [...holds, { type: 'sources', what: 'manifests', reason: READING }] };
  }
  const request: DeployRequest = { generation, refs, applied: appliedHashes(state) };
  return { effects: [{ type: 'deploy', key: `deploy@${generation}`, lane: 'deploy', request }], holds };
}

function heldResources(state: SessionState): Hold[] {
  return Object.values(state.resources).flatMap(({ key, heldFor }): Hold[] => {
    if (heldFor === undefined) return [];
    const image = state.images[heldFor];
    const broken = image !== undefined && image.failed?.generation === image.generation;
    return broken
      ? [{ type: 'failed-image', what: key, reason: `image ${heldFor} does not build` }]
      : [{ type: 'image', what: key, reason: `waiting for image ${heldFor}` }];
  });
}

/** Nothing else would say why a row waits, and what to do. */
function leftAlone({ resources }: SessionState): Hold[] {
  return Object.values(resources)
    .filter(isLeftAlone)
    .map(({ key }) => ({ type: 'deleted', what: key, reason: leftReason(key) }));
}

function waitingApplies({ deploy }: SessionState): Hold[] {
  return Object.entries(deploy.held ?? {}).map(([what, reason]) => ({ type: 'cluster', what, reason }));
}

function appliedHashes(state: SessionState): Record<string, string> {
  const entries = Object.values(state.resources).flatMap(({ key, hash }): [string, string][] =>
    hash === undefined ? [] : [[key, hash]],
  );
  return Object.fromEntries(entries);
}
