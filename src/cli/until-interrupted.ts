import { constants } from 'node:os';

/** How a command was asked to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP; 0 while nobody asked */
  exitCode(): number;
  /** Resolves with the name of the first signal. */
  readonly asked: Promise<NodeJS.Signals>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the first SIGINT, SIGTERM or SIGHUP into an abort; a second one ends the process at once. */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let exitCode = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (exitCode !== 0) process.exit(exitCode);
      exitCode = 128 + constants.signals[name];
      controller.abort();
      resolve(name);
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode, asked };
}
