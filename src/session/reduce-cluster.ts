import type { SessionEvent } from './events.ts';
import { patch } from './patch.ts';
import type { SessionState } from './state.ts';

/** Workloads and Services as the cluster reports them, and whether it does. */
export function reduceCluster(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'session.started':
      return { ...state, cluster: { since: event.at } };
    case 'cluster.lost':
      return {
        ...state,
        cluster: { lost: event.failure, since: state.cluster.lost ? state.cluster.since : event.at },
      };
    case 'cluster.found':
      return state.cluster.lost ? { ...state, cluster: { since: event.at } } : state;
    case 'workload.observed': {
      const { key } = event.workload;
      return { ...state, workloads: { ...state.workloads, [key]: { ...event.workload, since: event.at } } };
    }
    case 'workload.deleted':
      return patch(state, { workloads: without(state.workloads, event.key) });
    case 'service.observed': {
      const key = `${event.service.namespace}/${event.service.name}`;
      return { ...state, services: { ...state.services, [key]: event.service } };
    }
    case 'service.deleted':
      return patch(state, { services: without(state.services, `${event.namespace}/${event.name}`) });
    default:
      return state;
  }
}

/** The record without a key; the same reference if it has none. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}
