import type { Writable } from 'node:stream';
import { type LineForm, lineText } from './line-text.ts';
import type { UnnumberedLine } from './log-line.ts';

/** Writes lines to a stream. */
export interface PlainPrinter {
  /** Resolves when the stream takes more; whoever waits for that reads no more meanwhile, so that nothing piles up. */
  print(lines: readonly UnnumberedLine[]): Promise<void>;
  /** fires when the reader is gone (`| head`): nothing is written after that */
  readonly closed: AbortSignal;
}

/** A printer in stern's form: `pod container text`. Lines are written whole, in the order of the calls. */
export function createPlainPrinter(stream: Writable, form: Partial<LineForm> = {}): PlainPrinter {
  const full: LineForm = { ...usual, ...form };
  const closed = new AbortController();
  const close = () => closed.abort();
  stream.on('error', close).on('close', close);
  let room = Promise.resolve();

  return {
    closed: closed.signal,
    async print(lines) {
      if (closed.signal.aborted || lines.length === 0) return;
      const text = lines.map((line) => `${lineText(line, full)}\n`).join('');
      if (!stream.write(text)) room = drained(stream, closed.signal);
      await room;
    },
  };
}

const usual: LineForm = {
  ...{ format: 'default', colour: false, timestamps: false, namespaces: false, terminal: false },
};

function drained(stream: Writable, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      closed.removeEventListener('abort', done);
      resolve();
    };
    stream.on('drain', done);
    closed.addEventListener('abort', done);
    if (closed.aborted) done();
  });
}
