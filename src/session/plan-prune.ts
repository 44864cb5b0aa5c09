import { nothing, type Part } from './effect.ts';
import { planBuilds } from './plan-builds.ts';
import type { PruneRequest } from './ports.ts';
import type { SessionState } from './state.ts';

/** Builds after which old images are deleted once more. */
const EVERY = 10;

/** Old images are deleted after the first deploy that went well, then after every tenth build; never beside a build. Pure. */
export function planPrune(state: SessionState): Part {
  const { done, builds } = state.pruning;
  if ((done !== undefined && builds < EVERY) || !isQuiet(state)) return nothing;
  const { generation } = state.deploy;
  const key = `prune@${generation}`;
  return { effects: [{ type: 'prune', key, lane: 'prune', request: requestOf(state) }], holds: [] };
}

function isQuiet(state: SessionState): boolean {
  const { config, deploy, paused, superseded, cluster } = state;
  const isDeployed = config.current !== undefined && deploy.done > 0 && deploy.done === deploy.generation;
  if (!isDeployed || paused || superseded !== undefined || cluster.lost) return false;
  return planBuilds(state).effects.length === 0;
}

function requestOf({ deploy, images }: SessionState): PruneRequest {
  const built = Object.values(images).flatMap((image) => image.built?.ref ?? []);
  return {
    generation: deploy.generation,
    keep: [...new Set([...Object.values(deploy.refs), ...built])],
    recent: lastUsed(images),
  };
}

/** The newest of each image, then the second newest of each, and so on: no image's history goes before another's. */
function lastUsed(images: SessionState['images']): string[] {
  const histories = Object.values(images).map(({ refs }) => refs.map(({ ref }) => ref).reverse());
  const longest = Math.max(0, ...histories.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => index).flatMap((index) =>
    histories.flatMap((history) => history[index] ?? []),
  );
}
