import type { KubeClient } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { reflect } from '../kube/reflector.ts';
import { createWakeablePause, type WakeablePause } from '../kube/wakeable-pause.ts';
import type { Failure } from '../session/failure.ts';
import type { ClusterObserver, Emit } from '../session/ports.ts';
import { createClusterPresence } from './cluster-presence.ts';
import { createFactFilter } from './fact-filter.ts';
import { APP_LABEL } from './labels.ts';
import { clusterKinds, type ObservedKind, observedKinds } from './observed-kinds.ts';

export interface KubeObserverOptions {
  readonly client: Pick<KubeClient, 'request' | 'stream'>;
  /** the project's name: value of the app label */
  readonly app: string;
  /** How kinds that cannot be listed wait to try again; whoever knows better wakes them. */
  readonly pauses?: WakeablePause;
  /** Told once for each kind that the apiserver refuses to list: it is asked for again, the other kinds are observed. */
  readonly onRefused?: (failure: Failure) => void;
}

/**
 * Follows a namespace by one list and watch per kind: all pods and Services, because forwards may lead to any, and the
 * workloads that carry the app label. ReplicaSets and Jobs that another workload made are left out. Equal facts are not
 * emitted twice. A namespace that is not there yet is an empty one. The namespace `''` stands for the nodes of the cluster,
 * which say nothing of whether the apiserver answers.
 */
export function createKubeObserver(options: KubeObserverOptions): ClusterObserver {
  return {
    async observe(namespace, emit, signal) {
      signal.throwIfAborted();
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const follow = follower(options, namespace, emit);
      const kinds = namespace === '' ? clusterKinds : observedKinds;
      try {
        await Promise.all(kinds.map((kind) => follow(kind, either)));
      } finally {
        stop.abort();
      }
    },
  };
}

/** Kinds that follow together tell a lost apiserver once, and come back together. */
function follower(options: KubeObserverOptions, namespace: string, emit: Emit) {
  const { client, app, onRefused = () => {}, pauses = createWakeablePause() } = options;
  const facts = createFactFilter(emit);
  const presence = createClusterPresence({ emit, onRefused, namespace });
  const extras = createClusterPresence({ emit: () => {}, onRefused: () => {}, namespace });
  const { pause, wake } = pauses;

  return (kind: ObservedKind, signal: AbortSignal): Promise<void> =>
    reflect(
      {
        client,
        path: resourcePath(kind, namespace === '' ? {} : { namespace }),
        ...(kind.fieldSelector === undefined ? {} : { fieldSelector: kind.fieldSelector }),
        ...(kind.isWorkload ? { labelSelector: `${APP_LABEL}=${app}` } : {}),
        pause,
        onUpsert(object) {
          const fact = kind.observed(object, app);
          if (fact) facts.tell(kind.kind, object.metadata?.name ?? '', fact);
        },
        onDelete: (identity) => facts.forget(kind.kind, identity.name, kind.deleted(identity)),
        onLost: (error) => (kind.isExtra ? extras : presence).lost(kind.plural, error),
        onFound() {
          (kind.isExtra ? extras : presence).found(kind.plural);
          wake();
        },
      },
      signal,
    );
}
