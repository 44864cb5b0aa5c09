import { cleanFailure } from '../logs/clean-text.ts';
import type { Failure } from '../session/failure.ts';
import type { SessionState } from '../session/state.ts';
import { containerFailures } from './container-failures.ts';

/**
 * All that is wrong in a session, what the user's own files cause first: configuration, builds, deploy, pods,
 * rollouts, forwards, then watching, the cluster, and bugs. Pure.
 */
export function failureList(state: SessionState): readonly Failure[] {
  return rawFailures(state).map(cleanFailure);
}

function rawFailures(state: SessionState): readonly Failure[] {
  return [
    ...state.config.failures,
    ...buildFailures(state),
    ...state.deploy.failures,
    ...containerFailures(state),
    ...rolloutFailures(state),
    ...Object.values(state.forwards).flatMap(({ failure }) => failure ?? []),
    ...(state.watch.failure ? [state.watch.failure] : []),
    ...(state.cluster.lost ? [state.cluster.lost] : []),
    ...bugs(state),
  ];
}

/** A build that failed for an older save is history. */
function buildFailures({ images }: SessionState): Failure[] {
  return Object.values(images).flatMap(({ failed, generation }) =>
    failed?.generation === generation ? [failed.failure] : [],
  );
}

/** A rollout that failed with no pod that says why. */
function rolloutFailures(state: SessionState): Failure[] {
  const explained = new Set(containerFailures(state).map(({ subject }) => subject));
  return Object.values(state.workloads)
    .filter(({ mine, rollout, key }) => mine && rollout === 'failed' && !explained.has(key))
    .map(({ key, reason }) => ({
      code: 'ROLLOUT_FAILED',
      subject: key,
      message: `The rollout failed${reason === undefined ? '' : `: ${reason}`}.`,
      hint: 'The next good save rolls it again.',
    }));
}

function bugs({ crashed }: SessionState): Failure[] {
  return Object.entries(crashed).map(([effect, message]) => ({
    code: 'INTERNAL',
    subject: effect,
    message: `${effect} ended without a result: ${message}`,
    hint: 'This is a bug in rockpool: please report it with the event log.',
  }));
}
