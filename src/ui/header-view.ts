import type { Hold } from '../session/effect.ts';
import type { SessionState } from '../session/state.ts';
import { formatSpan } from './duration.ts';
import { isUp, type Row } from './row.ts';
import type { RowState } from './row-state.ts';

/** The first line of the screen. */
export interface HeaderView {
  readonly app: string;
  readonly context: string;
  readonly namespace: string;
  /** what there is to say about the session as a whole, most pressing first: "cluster lost for 12 s", "2 of 3 ready" */
  readonly notes: readonly RowState[];
}

/** Pure. @param now ms since the epoch */
export function headerView(
  state: SessionState,
  holds: readonly Hold[],
  rows: readonly Row[],
  now: number,
): HeaderView {
  const { app, context, namespace } = state;
  const notes = [
    sessionNote(state),
    clusterNote(state, now),
    watchNote(state),
    deployNote(state, holds, now),
    logsNote(holds),
    rowsNote(rows),
  ];
  return { app, context, namespace, notes: notes.filter((note) => note !== undefined) };
}

function sessionNote({ phase, config, paused }: SessionState): RowState | undefined {
  if (phase === 'stopping') return { words: 'stopping', severity: 'busy' };
  if (config.failures.length > 0) return { words: 'config has problems', severity: 'bad' };
  if (paused) return { words: 'paused', severity: 'warn' };
  return phase === 'starting' ? { words: 'starting', severity: 'busy' } : undefined;
}

function clusterNote({ cluster }: SessionState, now: number): RowState | undefined {
  return cluster.lost && { words: `cluster lost for ${formatSpan(now - cluster.since)}`, severity: 'bad' };
}

function watchNote({ watch, phase }: SessionState): RowState | undefined {
  if (watch.failure) return { words: 'not watching', severity: 'bad' };
  if (watch.held !== undefined) return { words: `changes wait: ${watch.held}`, severity: 'warn' };
  return phase === 'running' && !watch.started ? { words: 'starting to watch', severity: 'busy' } : undefined;
}

function deployNote({ deploy }: SessionState, holds: readonly Hold[], now: number): RowState | undefined {
  if (holds.some(({ type }) => type === 'cluster')) {
    return { words: 'deploy waits for the apiserver', severity: 'warn' };
  }
  if (deploy.failures.length > 0) return { words: 'deploy failed', severity: 'bad' };
  if (deploy.generation > deploy.done) return { words: 'deploying', severity: 'busy' };
  return deploy.at === undefined
    ? undefined
    : { words: `deployed ${formatSpan(now - deploy.at)} ago`, severity: 'ok' };
}

function rowsNote(rows: readonly Row[]): RowState | undefined {
  const workloads = rows.filter(({ kind }) => kind !== 'Image');
  if (workloads.length === 0) return undefined;
  const up = workloads.filter(isUp).length;
  const isBroken = workloads.some(({ state }) => state.severity === 'bad');
  const severity = isBroken ? 'bad' : up < workloads.length ? 'busy' : 'ok';
  return { words: `${up} of ${workloads.length} up`, severity };
}

function logsNote(holds: readonly Hold[]): RowState | undefined {
  const waiting = holds.filter(({ type }) => type === 'log-streams').length;
  return waiting === 0 ? undefined : { words: `${waiting} logs wait for a stream`, severity: 'warn' };
}
