import { failureList } from '../diagnosis/failure-list.ts';
import { usedImages } from '../diagnosis/readiness.ts';
import { podsByWorkload, workloadKeys } from '../diagnosis/workload-keys.ts';
import type { Hold } from '../session/effect.ts';
import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { type HeaderView, headerView } from './header-view.ts';
import { imageRow, type Row, workloadRow } from './row.ts';
import { shortNames } from './short-names.ts';

/** All that a screen says about a session, in words. */
export interface ViewModel {
  readonly header: HeaderView;
  readonly rows: readonly Row[];
  /** what is wrong, most telling first */
  readonly failures: readonly Failure[];
}

/** What a screen says about a session. Pure. @param now ms since the epoch */
export function viewModel(state: SessionState, holds: readonly Hold[], now: number): ViewModel {
  const rows = [...workloadRows(state, holds, now), ...imageRows(state, holds, now)];
  return { header: headerView(state, holds, rows, now), rows, failures: failureList(state) };
}

function workloadRows(state: SessionState, holds: readonly Hold[], now: number): Row[] {
  const keys = workloadKeys(state);
  const names = shortNames(keys);
  const podsOf = podsByWorkload(state);
  const row = (key: ResourceKey) => {
    const facts = { key, state, holds, images: usedImages(state, key), pods: podsOf.get(key) ?? [], now };
    return workloadRow(facts, names.get(key) ?? key);
  };
  return keys.map(row);
}

/** Images that no workload runs: bases of others, and those whose manifests are not rendered yet. */
function imageRows(state: SessionState, holds: readonly Hold[], now: number): Row[] {
  const used = new Set(Object.values(state.resources).flatMap(({ images }) => images));
  return Object.values(state.images)
    .filter(({ name }) => !used.has(name))
    .map((image) => imageRow(image, holds, now));
}
