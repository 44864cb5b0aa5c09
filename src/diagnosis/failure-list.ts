import { cleanFailure } from '../logs/clean-text.ts';
import type { Failure } from '../session/failure.ts';
import type { SessionState } from '../session/state.ts';
import { forwardFailures } from './forward-failures.ts';
import { nodeFailures } from './node-failures.ts';
import { portFailures } from './port-failures.ts';
import { rolloutFailures } from './rollout-failures.ts';
import { serviceFailures } from './service-failures.ts';
import { isToldByConfig } from './told-by-config.ts';
import { allWorkloadFailures } from './workload-failures.ts';

/**
 * All that is wrong in a session, what the user's own files cause first: configuration, builds, deploy, pods,
 * rollouts, Services, ports, nodes, forwards, then watching, the cluster, and bugs. Pure.
 */
export function failureList(state: SessionState): readonly Failure[] {
  return rawFailures(state).map(cleanFailure);
}

function rawFailures(state: SessionState): readonly Failure[] {
  const ofWorkloads = allWorkloadFailures(state).map(({ failure }) => failure);
  const explained = new Set(ofWorkloads.map(({ subject }) => subject));
  return [
    ...state.config.failures,
    ...buildFailures(state),
    ...state.deploy.failures,
    ...ofWorkloads,
    ...rolloutFailures(state, explained),
    ...surroundingFailures(state),
    ...Object.values(state.forwards).flatMap(({ failure }) => failure ?? []),
    ...(state.watch.failure ? [state.watch.failure] : []),
    ...(state.cluster.lost ? [state.cluster.lost] : []),
    ...bugs(state),
  ];
}

/** What is wrong around workloads: Services, ports, nodes. Pure. */
export function surroundingFailures(state: SessionState): readonly Failure[] {
  return [
    ...serviceFailures(state),
    ...forwardFailures(state),
    ...portFailures(state),
    ...nodeFailures(state),
  ];
}

/** A build that failed for an older save is history. */
function buildFailures(state: SessionState): Failure[] {
  return Object.values(state.images).flatMap(({ failed, generation }) =>
    failed?.generation === generation && !isToldByConfig(state, failed.failure) ? [failed.failure] : [],
  );
}

function bugs({ crashed }: SessionState): Failure[] {
  return Object.entries(crashed).map(([effect, message]) => ({
    code: 'INTERNAL',
    subject: effect,
    message: `${effect} ended without a result: ${message}`,
    hint: 'This is a bug in rockpool: please report it with the event log.',
  }));
}
