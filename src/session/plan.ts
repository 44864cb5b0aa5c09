import { type Effect, nothing, type Part, type Plan } from './effect.ts';
import { planBuilds } from './plan-builds.ts';
import { planDeploy } from './plan-deploy.ts';
import { planGone } from './plan-gone.ts';
import { planLive } from './plan-live.ts';
import { planPrune } from './plan-prune.ts';
import { planRetries } from './plan-retries.ts';
import { planSync } from './plan-sync.ts';
import { planTrouble } from './plan-trouble.ts';
import type { SessionState } from './state.ts';

/**
 * The work that should be under way in a state, and why the rest waits. Pure. What is not in the plan any more is
 * aborted by the kernel; what fell over and still is in it is started again.
 */
export function plan(state: SessionState): Plan {
  if (state.phase === 'stopping') return { effects: new Map(), holds: [] };
  const parts = [
    planConfig(state),
    planWatch(state),
    planBuilds(state),
    planSync(state),
    planDeploy(state),
    planLive(state),
    planRetries(state),
    planTrouble(state),
    planPrune(state),
    planGone(state),
    planKeeping(state),
  ];
  const effects = parts.flatMap((part) => part.effects).filter(({ key }) => !(key in state.crashed));
  return {
    effects: new Map(effects.map((effect) => [effect.key, effect])),
    holds: parts.flatMap((p) => p.holds),
  };
}

function planConfig({ config }: SessionState): Part {
  if (config.loaded === config.generation || config.failedGeneration === config.generation) return nothing;
  const { generation } = config;
  return {
    effects: [{ type: 'loadConfig', key: `config@${generation}`, lane: 'config', generation }],
    holds: [],
  };
}

/** What a session does as long as it lives, whatever it works on. */
function planKeeping({ config, superseded }: SessionState): Part {
  if (!config.current || superseded !== undefined) return nothing;
  const clock: Effect = { type: 'watchClock', key: 'clock', lane: 'clock' };
  const cluster: Effect = { type: 'watchCluster', key: 'cluster', lane: 'cluster' };
  const lease: Effect = { type: 'holdLease', key: 'lease', lane: 'lease' };
  return { effects: [clock, cluster, lease], holds: [] };
}

/** Other sources are watched by another watcher. */
function planWatch({ config, watch }: SessionState): Part {
  if (!config.current || watch.failure) return nothing;
  return { effects: [{ type: 'watch', key: `watch@${config.current.sources}`, lane: 'watch' }], holds: [] };
}
