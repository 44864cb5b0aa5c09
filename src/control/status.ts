import { failureList } from '../diagnosis/failure-list.ts';
import { liveGenerations } from '../diagnosis/live-generations.ts';
import { servingRefs } from '../diagnosis/serving-refs.ts';
import { podsByWorkload, workloadKeys } from '../diagnosis/workload-keys.ts';
import type { Hold } from '../session/effect.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { isMade, isReloading } from '../session/sync-targets.ts';
import { shortNames } from '../ui/short-names.ts';
import { viewModel } from '../ui/view-model.ts';
import type { Status } from './status-schema.ts';

/** What a session knows, for scripts. Pure. @param cursors of the newest event and log line @param now ms since the epoch */
export function statusOf(
  state: SessionState,
  holds: readonly Hold[],
  cursors: Status['cursors'],
  now: number,
): Status {
  const { app, context, namespace, phase, startedAt, paused, superseded } = state;
  const keys = workloadKeys(state);
  const names = shortNames(keys);
  const words = new Map(viewModel(state, holds, now).rows.map((row) => [row.id, row.state.words]));
  return {
    ...{ app, context, namespace, phase, startedAt, paused },
    ...(superseded === undefined ? {} : { superseded }),
    images: Object.values(state.images).map((image) => imageStatus(state, image)),
    workloads: keys.map((key) => ({
      ...{ name: names.get(key) ?? key, key, state: words.get(key) ?? '' },
      ...workloadStatus(state, key),
    })),
    forwards: Object.values(state.forwards).map(({ spec, port, failure }) => ({
      id: spec.id,
      ...(port === undefined ? {} : { address: `127.0.0.1:${port}` }),
      ...(failure === undefined ? {} : { failure }),
    })),
    holds: holds.map(({ type, what, reason }) => ({ type, what, reason })),
    failures: [...failureList(state)],
    cursors,
  };
}

function imageStatus(state: SessionState, image: ImageState): Status['images'][number] {
  const { name, generation, built } = image;
  const live = [...liveGenerations(image, refsOfUsers(state, name))];
  return {
    ...{ name, generation, live },
    state: stateOf(image, live),
    ...(built === undefined ? {} : { ref: built.ref }),
  };
}

function stateOf(image: ImageState, live: readonly number[]) {
  const { generation, build, failed, sync } = image;
  if (build) return 'building';
  if (failed?.generation === generation) return 'failed';
  if (sync && (sync.done !== generation || isReloading(image))) return 'syncing';
  if (!isMade(image)) return 'waiting';
  // An image of unchanged content keeps the generation that its ref got last.
  return live.length === 1 && live[0] === generation ? 'live' : 'built';
}

/** What the workloads that run an image serve with. */
function refsOfUsers(state: SessionState, image: string): readonly string[] {
  const podsOf = podsByWorkload(state);
  return Object.values(state.resources)
    .filter(({ images }) => images.includes(image))
    .flatMap(({ key }) => servingRefs(state, key, podsOf.get(key) ?? []));
}

function workloadStatus(
  state: SessionState,
  key: ResourceKey,
): Omit<Status['workloads'][number], 'name' | 'key' | 'state'> {
  const workload = state.workloads[key];
  if (!workload) return { rollout: 'absent', desired: 0, ready: 0, images: [] };
  const { rollout, reason, desired, ready, images } = workload;
  return { rollout, ...(reason === undefined ? {} : { reason }), desired, ready, images };
}
