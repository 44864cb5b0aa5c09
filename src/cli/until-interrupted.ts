import { constants } from 'node:os';

/** How a command was asked to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP, 141 when nobody reads stdout any more; 0 while nobody asked */
  exitCode(): number;
  /** Resolves when somebody asked. */
  readonly asked: Promise<void>;
  /**
   * From now on the next SIGINT or SIGTERM ends the process at once, also when it is the first, since a key on the screen
   * may have been the one before. @param words printed on stderr then: what is left
   */
  endAtOnce(words: () => string): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A process is interrupted once, whoever waits for it. */
let interruption: Interruption | undefined;

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort; a second one ends the process at once, but for SIGHUP, which a
 * closed terminal and its shell send both. A closed stdout (`| head`) counts as a first one, too.
 */
export function untilInterrupted(): Interruption {
  interruption ??= listen();
  return interruption;
}

/** What the process was asked to end with; 0 when it was not asked. */
export function interruptedExitCode(): number {
  return interruption?.exitCode() ?? 0;
}

/** ms in which a SIGTERM is the same once more: bin/rockpool.js on another Node passes on what the whole process group got. */
const TWICE = 500;

function listen(): Interruption {
  const controller = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let exitCode = 0;
  let lastWords: (() => string) | undefined;
  let first = Number.NEGATIVE_INFINITY;
  const interrupt = (code: number): void => {
    exitCode = code;
    controller.abort();
    resolve();
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      const code = 128 + constants.signals[name];
      const isAgain = exitCode !== 0 || lastWords !== undefined;
      if (!isAgain) {
        first = performance.now();
        return interrupt(code);
      }
      if (name === 'SIGHUP' || (name === 'SIGTERM' && process.connected && performance.now() - first < TWICE))
        return;
      if (lastWords) process.stderr.write(`${lastWords()}\n`);
      process.exit(code);
    });
  }
  process.stdout.on('error', () => exitCode === 0 && interrupt(128 + constants.signals.SIGPIPE));
  const endAtOnce = (words: () => string): void => {
    lastWords = words;
  };
  return { signal: controller.signal, exitCode: () => exitCode, asked, endAtOnce };
}
