import { createLogStore } from '../../../src/logs/log-store.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { reduce } from '../../../src/session/reduce.ts';
import { runApp } from '../../../src/ui/render-app.tsx';
import { START, type Story, stateAfter } from '../../unit/ui/builders.ts';
import { createTestTerminal, type TestTerminal } from './terminal.ts';

/** The screen on an emulated terminal, with a session whose facts, log lines and time the test gives. */
export interface Stage {
  readonly terminal: TestTerminal;
  /** images that were asked to be rebuilt, by request */
  readonly rebuilds: (readonly string[])[];
  readonly quits: string[];
  /** settles when the screen is gone */
  readonly ended: Promise<void>;
  happen(...bodies: EventBody[]): void;
  log(pod: string, container: string, ...texts: string[]): void;
  /** Lets time pass, so that the screen looks again. */
  pass(seconds: number): void;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly columns: number;
  readonly rows: number;
  readonly story: Story;
  /** seconds after the start */
  readonly at?: number;
}

export async function createStage({ columns, rows, story, at = 10 }: StageOptions): Promise<Stage> {
  const terminal = createTestTerminal(columns, rows);
  const clock = createTestClock(START + at * 1000);
  const listeners = new Set<() => void>();
  const logs = createLogStore({ lines: 5000, bytes: 1_000_000 });
  const rebuilds: (readonly string[])[] = [];
  const quits: string[] = [];
  let state = stateAfter(story);
  let seq = story.length;

  const happen = (...bodies: EventBody[]): void => {
    for (const body of bodies) {
      seq += 1;
      state = reduce(state, { v: 1, seq, at: clock.now(), ...body });
      for (const listener of listeners) listener();
    }
  };
  const session = {
    state: () => state,
    holds: () => plan(state).holds,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rebuild: (images: readonly string[], workload?: string) =>
      void rebuilds.push(workload === undefined ? images : [...images, workload]),
    quit: (reason: string) => void quits.push(reason),
  };
  const ended = runApp({
    session,
    logs,
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    clock,
  });
  await terminal.until('quit');
  return {
    terminal,
    rebuilds,
    quits,
    ended,
    happen(...bodies) {
      happen(...bodies);
      clock.pass(0);
    },
    log(pod, container, ...texts) {
      const owner = Object.values(state.pods).find(({ name }) => name === pod);
      const targetId = `${owner?.uid ?? pod}/docker://1`;
      logs.append(texts.map((text) => ({ targetId, namespace: 'shop', pod, container, time: '', text })));
      clock.pass(0);
    },
    pass: (seconds) => clock.pass(seconds),
    async close() {
      if (quits.length === 0) terminal.type('\x03');
      await ended;
    },
  };
}

function createTestClock(start: number) {
  const sleepers = new Set<() => void>();
  let now = start;
  return {
    now: () => now,
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const wake = () => {
          sleepers.delete(wake);
          resolve();
        };
        sleepers.add(wake);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    pass(seconds: number) {
      now += seconds * 1000;
      for (const wake of [...sleepers]) wake();
    },
  };
}
