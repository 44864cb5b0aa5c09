import type { Failure } from '../session/failure.ts';
import type { PodObserved } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { sentence } from './trouble.ts';

/** Nodes that are not ready and that pods of the session are on, or all nodes there are. Pure. */
export function nodeFailures(state: SessionState): readonly Failure[] {
  const nodes = Object.values(state.nodes);
  const areAllLost = nodes.every(({ ready }) => !ready);
  const isOver = ({ phase }: PodObserved) => phase === 'Failed' || phase === 'Succeeded';
  const pods = Object.values(state.pods).filter((pod) => pod.mine && !pod.deleting && !isOver(pod));
  return nodes.flatMap(({ name, ready, reason, message }): Failure[] => {
    const own = pods.filter(({ node }) => node === name);
    if (ready || (own.length === 0 && !areAllLost)) return [];
    const [first, ...more] = own.map((pod) => pod.name);
    const others = more.length > 0 ? ` and ${more.length} more of the project are` : ' is';
    const hit = first === undefined ? '' : ` Pod ${first}${others} there.`;
    const why = [reason, message].filter((part) => part !== undefined).join(', ');
    return [
      {
        code: 'NODE_NOT_READY',
        subject: `Node//${name}`,
        message: `${sentence(`Node ${name} is not ready`, why)}${hit}`,
        hint: 'Start the node again; what runs there comes back with it.',
        command: `kubectl --context ${state.context} describe node ${name}`,
      },
    ];
  });
}

/** Whether what a pod suffers from is that its node is not ready, or that no node is. Pure. */
export function isOnLostNode(
  { nodes }: SessionState,
  { node, phase, reason, containers }: PodObserved,
): boolean {
  if (phase === 'Failed') return false;
  if (node === undefined) {
    const known = Object.values(nodes);
    return reason === 'Unschedulable' && known.length > 0 && known.every(({ ready }) => !ready);
  }
  const isWell = nodes[node]?.ready !== false;
  return !isWell && containers.every(({ state, reason: why }) => state !== 'waiting' || isStarting(why));
}

function isStarting(reason: string | undefined): boolean {
  return reason === undefined || reason === 'ContainerCreating';
}
