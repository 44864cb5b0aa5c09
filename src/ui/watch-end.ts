import type { ScreenSession } from './render-app.tsx';

/** Knows when the screen has to go. */
export interface EndWatch {
  /** Asks the session to quit, once, and ends the screen. */
  quit(reason: string): void;
  /** resolves when the screen has to go */
  readonly reached: Promise<void>;
  /** fires then */
  readonly signal: AbortSignal;
  /** Stops listening to signals, the session and crashes. */
  forget(): void;
}

export interface EndWatchOptions {
  readonly session: ScreenSession;
  readonly stdout: NodeJS.WriteStream;
  /** gives the terminal back, so that the error can be read */
  onCrash(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the screen on a signal, when the session stops, and when the terminal has gone. On an exception that nobody
 * caught, it gives the terminal back, prints the error and exits with 1.
 */
export function watchEnd({ session, stdout, onCrash }: EndWatchOptions): EndWatch {
  const ended = new AbortController();
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    ended.abort();
    resolve();
  };
  const quit = (reason: string): void => {
    if (!ended.signal.aborted) session.quit(reason);
    end();
  };
  const crash = (error: unknown): void => {
    onCrash();
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  };
  const unsubscribe = session.subscribe(() => session.state().phase === 'stopping' && end());
  for (const signal of signals) process.on(signal, quit);
  process.on('uncaughtException', crash);
  // Writing to a terminal that has gone is no crash; the listener stays, since writes may fail late.
  stdout.on('error', () => quit('the terminal has gone'));

  const forget = (): void => {
    unsubscribe();
    for (const signal of signals) process.off(signal, quit);
    process.off('uncaughtException', crash);
    end();
  };
  return { quit, reached, signal: ended.signal, forget };
}
