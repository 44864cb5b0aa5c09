import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { awaitsLastWords } from './crash-trouble.ts';
import { isOnLostNode } from './node-failures.ts';
import { placeOf } from './places.ts';
import { sentence } from './trouble.ts';
import { podWarnings, workloadWarnings } from './warnings.ts';
import { podsByWorkload } from './workload-keys.ts';

/** Rollouts that failed with no pod that says why. Pure. @param explained workloads whose failure is told already */
export function rolloutFailures(
  state: SessionState,
  explained: ReadonlySet<ResourceKey>,
): readonly Failure[] {
  const pods = podsByWorkload(state);
  return Object.values(state.workloads)
    .filter(({ mine, rollout, key }) => mine && rollout === 'failed' && !explained.has(key))
    .filter(
      ({ key }) => !pods.get(key)?.some((pod) => isOnLostNode(state, pod) || awaitsLastWords(state, pod)),
    )
    .map(({ key, reason }) => {
      const at = placeOf(state, key, ['template']);
      return {
        code: 'ROLLOUT_FAILED',
        subject: key,
        message: sentence(
          `The rollout failed${reason === undefined ? '' : ` (${reason})`}`,
          underlying(state, key),
        ),
        hint: 'The next good save rolls it again.',
        ...(at ? { at } : {}),
      };
    });
}

/** The newest word of the cluster on its pods, else which of them is not ready. */
function underlying(state: SessionState, key: ResourceKey): string | undefined {
  const { kind } = resourceParts(key);
  if (kind === 'Job') return undefined;
  const pods = podsByWorkload(state).get(key) ?? [];
  const [warning] = [...pods.flatMap((pod) => podWarnings(state, pod)), ...workloadWarnings(state, key)];
  if (warning) return warning.message.replaceAll('\n', ' ');
  const late = pods.find((pod) => !pod.ready);
  if (!late) return undefined;
  const container = late.containers.find(({ ready }) => !ready);
  return `pod ${late.name} is not ready${container ? `, its container ${container.name} is ${container.state}` : ''}`;
}
