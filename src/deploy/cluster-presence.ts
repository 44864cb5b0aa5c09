import { isRefusal, KubeError } from '../kube/kube-client.ts';
import type { Failure } from '../session/failure.ts';
import type { Emit } from '../session/ports.ts';

/** Whether the apiserver answers, as several watchers of it find out. */
export interface ClusterPresence {
  /** A kind cannot be listed, because nobody answers or because the apiserver refuses. */
  lost(plural: string, error: Error): void;
  found(plural: string): void;
}

/**
 * Emits `cluster.lost` when the first watcher gets no answer and `cluster.found` when the last of them got one.
 * A refusal is an answer: it is told to onRefused, once per kind until it is listed.
 */
export function createClusterPresence(options: {
  readonly emit: Emit;
  readonly onRefused: (failure: Failure) => void;
  readonly namespace: string;
}): ClusterPresence {
  const { emit, onRefused, namespace } = options;
  const missing = new Set<string>();
  const refused = new Set<string>();

  function answered(plural: string): void {
    if (missing.delete(plural) && missing.size === 0) emit({ type: 'cluster.found' });
  }

  return {
    lost(plural, error) {
      if (isRefusal(error)) {
        answered(plural);
        if (!refused.has(plural)) onRefused(refusal(plural, namespace, error));
        refused.add(plural);
      } else {
        if (missing.size === 0) emit({ type: 'cluster.lost', failure: unreachable(error) });
        missing.add(plural);
      }
    },
    found(plural) {
      refused.delete(plural);
      answered(plural);
    },
  };
}

function unreachable(error: Error): Failure {
  return {
    code: 'CLUSTER_LOST',
    subject: 'cluster',
    message:
      error instanceof KubeError ? `the apiserver answers with an error: ${error.message}` : error.message,
    hint: 'The session goes on by itself as soon as it answers again.',
  };
}

function refusal(plural: string, namespace: string, error: Error): Failure {
  return {
    code: 'CANNOT_OBSERVE',
    subject: `${plural} in ${namespace}`,
    message: `${plural} cannot be followed: ${error.message}`,
    hint: 'The session goes on without them. They need the verbs list and watch.',
    command: `kubectl auth can-i watch ${plural} -n ${namespace}`,
  };
}
