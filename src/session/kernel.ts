import type { Hold } from './effect.ts';
import { EVENT_VERSION, type EventBody, type ForwardSpec, type SessionEvent } from './events.ts';
import { plan } from './plan.ts';
import type { ForwardTarget, ForwardTargets, Ports } from './ports.ts';
import { createReconciler } from './reconciler.ts';
import { reduce } from './reduce.ts';
import { runEffect } from './run-effect.ts';
import { initialState, type SessionState } from './state.ts';

/** A running session. */
export interface Session {
  /** Takes a fact: stamps and folds it, tells the listeners, and brings the work under way into line with the plan. */
  dispatch(event: EventBody): void;
  state(): SessionState;
  holds(): readonly Hold[];
  /** Calls back after each fact, with the state before and after it. Returns how to stop that. */
  subscribe(listener: SessionListener): () => void;
  /** Ends all work and resolves when nothing is left running. */
  close(reason: string): Promise<void>;
}

type SessionListener = (event: SessionEvent, before: SessionState, after: SessionState) => void;

export interface SessionOptions {
  readonly ports: Ports;
  /** who serves a forward in a state: pure */
  readonly chooseTarget: (state: SessionState, spec: ForwardSpec) => ForwardTarget | undefined;
}

/**
 * The loop: a fact is stamped, folded, and the running work made equal to the plan, in one synchronous turn, so that
 * nothing is started twice. docs/architecture.md says what this forbids.
 */
export function createSession({ ports, chooseTarget }: SessionOptions): Session {
  let state = initialState;
  let holds: readonly Hold[] = [];
  let seq = 0;
  const listeners = new Set<SessionListener>();

  const subscribe = (listener: SessionListener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  const targetsOf = (spec: ForwardSpec): ForwardTargets => ({
    choose: () => chooseTarget(state, spec),
    onChange: (callback) => subscribe((_event, before, after) => before !== after && callback()),
  });

  const reconciler = createReconciler(
    (effect, signal) => {
      const emit = (event: EventBody) => !signal.aborted && dispatch(event);
      return runEffect(effect, { ports, emit, signal, targetsOf });
    },
    (effect, message) => dispatch({ type: 'effect.crashed', effect, message }),
  );

  const dispatch = inTurn((body: EventBody): void => {
    seq += 1;
    const event: SessionEvent = { v: EVENT_VERSION, seq, at: ports.clock.now(), ...body };
    const before = state;
    state = reduce(before, event);
    if (state !== before) {
      const planned = plan(state);
      holds = planned.holds;
      reconciler.reconcile(planned.effects);
    }
    for (const listener of [...listeners]) listener(event, before, state);
  });

  const close = async (reason: string): Promise<void> => {
    if (state.phase !== 'stopping') dispatch({ type: 'session.stopping', reason });
    await reconciler.settled();
  };

  return { dispatch, state: () => state, holds: () => holds, subscribe, close };
}

/** What is handed over while a value is being taken waits its turn. */
function inTurn<T>(take: (value: T) => void): (value: T) => void {
  const queue: T[] = [];
  let turning = false;
  return (value) => {
    queue.push(value);
    if (turning) return;
    turning = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) take(next);
    } finally {
      turning = false;
    }
  };
}
