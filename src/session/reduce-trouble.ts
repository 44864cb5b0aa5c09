import type { SessionEvent } from './events.ts';
import { without } from './reduce-cluster.ts';
import type { SessionState } from './state.ts';

/** What explains failures: nodes, warnings, last words of crashed containers, ports that nobody listens on. */
export function reduceTrouble(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'node.observed':
      return { ...state, nodes: { ...state.nodes, [event.node.name]: event.node } };
    case 'node.deleted':
      return { ...state, nodes: without(state.nodes, event.name) };
    default:
      return state;
  }
}
