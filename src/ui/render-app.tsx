import { render } from 'ink';
import type { LogStore } from '../logs/log-store.ts';
import type { Hold } from '../session/effect.ts';
import type { Clock } from '../session/ports.ts';
import type { SessionState } from '../session/state.ts';
import { App } from './app.tsx';
import { holdOutput } from './hold-output.ts';
import { createPaint } from './paint.ts';
import { createScreenController, type Intents } from './screen-controller.ts';
import { createScreenSource } from './screen-source.ts';
import { sessionSummary } from './session-summary.ts';
import { watchEnd } from './watch-end.ts';

/** What the screen needs of the session. */
export interface ScreenSession extends Intents {
  state(): SessionState;
  holds(): readonly Hold[];
  /** Calls back after every fact. Returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

export interface RunAppOptions {
  readonly session: ScreenSession;
  readonly logs: LogStore;
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly clock: Clock;
}

/** Frames a second: more are not seen, and cost. */
const MAX_FPS = 15;

/**
 * Shows the session on the terminal's alternate screen until q, Ctrl-C, SIGTERM, SIGHUP, or the session stops for
 * another reason. Then the terminal is as it was before, plus a summary of two lines. Asks the session to quit, and does
 * not wait for that. Rejects with what a component threw; an exception nobody caught is printed on the main screen,
 * and ends the process with 1.
 */
export async function runApp({ session, logs, stdout, stdin, clock }: RunAppOptions): Promise<void> {
  const output = holdOutput();
  let giveBack = output.release;
  const source = createScreenSource({ session, logs, clock });
  const end = watchEnd({ session, stdout, onCrash: () => giveBack() });
  const controller = createScreenController({ source, logs, intents: { ...session, quit: end.quit } });
  const paint = createPaint(stdout.hasColors?.() === true);
  // Before the first frame, so that no key is echoed into it and Ctrl-C is a key from the start.
  if (stdin.isTTY) stdin.setRawMode(true);
  const app = render(<App source={source} controller={controller} logs={logs} paint={paint} />, {
    stdout,
    stdin,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: MAX_FPS,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  giveBack = (): void => {
    app.unmount();
    if (stdin.isTTY) stdin.setRawMode(false);
    output.release();
  };
  try {
    void source.run(end.signal);
    await Promise.race([end.reached, app.waitUntilExit()]);
  } finally {
    giveBack();
    end.forget();
  }
  await app.waitUntilExit();
  stdout.write(`${sessionSummary(session.state(), clock.now()).join('\n')}\n`);
}
