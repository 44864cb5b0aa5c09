import type { LogStore } from '../logs/log-store.ts';
import type { Hold } from '../session/effect.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { Clock } from '../session/ports.ts';
import type { SessionState } from '../session/state.ts';
import { createOwnerIndex } from './owner-index.ts';
import { type ViewModel, viewModel } from './view-model.ts';

/** What is drawn, at one moment. The same reference as long as nothing on screen would differ. */
interface Frame {
  readonly view: ViewModel;
  /** of the log store */
  readonly logs: number;
}

/** Feeds the screen at a bounded rate, whatever the rate of facts and log lines. */
export interface ScreenSource {
  frame(): Frame;
  subscribe(listener: () => void): () => void;
  /** the workload that a log line's container belongs to */
  ownerOf(targetId: string): ResourceKey | undefined;
  /** Looks for changes until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

export interface SourceOptions {
  readonly session: { state(): SessionState; holds(): readonly Hold[] };
  readonly logs: LogStore;
  readonly clock: Clock;
}

/** Ten looks a second are as many as an eye can use, and keep thousands of log lines a second cheap. */
const LOOK_EVERY_MS = 100;

export function createScreenSource({ session, logs, clock }: SourceOptions): ScreenSource {
  const owners = createOwnerIndex();
  const listeners = new Set<() => void>();
  const look = (): ViewModel => {
    owners.learn(session.state().targets);
    return viewModel(session.state(), session.holds(), clock.now());
  };
  let frame: Frame = { view: look(), logs: logs.version() };

  const refresh = (): void => {
    const next = look();
    const view = isSame(next, frame.view) ? frame.view : next;
    const version = logs.version();
    if (view === frame.view && version === frame.logs) return;
    frame = { view, logs: version };
    for (const listener of listeners) listener();
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) refresh();
    }
  };

  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { frame: () => frame, subscribe, ownerOf: owners.ownerOf, run };
}

/** A view is plain data of some kilobytes: comparing its text costs less than drawing it. */
function isSame(a: ViewModel, b: ViewModel): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
