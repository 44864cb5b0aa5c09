import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal emulator with a program's stdout and stdin: what a person would see, and can type. */
export interface TestTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** everything that was written, escapes included */
  raw(): string;
  /** the lines on screen, without trailing blanks */
  lines(): string[];
  /** which buffer is shown */
  buffer(): 'normal' | 'alternate';
  rawMode(): boolean;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the lines once they satisfy; rejects after ten seconds with what was there instead. */
  until(what: string | RegExp | ((lines: string[]) => boolean)): Promise<string[]>;
}

export function createTestTerminal(columns: number, rows: number): TestTerminal {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const listeners = new Set<() => void>();
  let raw = '';
  let rawMode = false;

  const stdout = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        raw += chunk.toString();
        emulator.write(chunk, () => {
          for (const listener of [...listeners]) listener();
        });
        done();
      },
    }),
    { isTTY: true, columns, rows, hasColors: () => true },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    ref: () => stdin,
    unref: () => stdin,
    setRawMode: (on: boolean) => {
      rawMode = on;
      return stdin;
    },
  });

  const lines = () =>
    Array.from({ length: emulator.rows }, (_, row) =>
      (
        emulator.buffer.active.getLine(emulator.buffer.active.viewportY + row)?.translateToString(true) ?? ''
      ).trimEnd(),
    );

  const until: TestTerminal['until'] = (what) => {
    const holds = typeof what === 'function' ? what : (shown: string[]) => has(shown.join('\n'), what);
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const check = () => holds(lines()) && resolve(lines());
    const timer = setTimeout(() => reject(new Error(`not seen: ${what}\n${lines().join('\n')}`)), 10_000);
    listeners.add(check);
    check();
    return promise.finally(() => {
      clearTimeout(timer);
      listeners.delete(check);
    });
  };

  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    raw: () => raw,
    lines,
    buffer: () => emulator.buffer.active.type,
    rawMode: () => rawMode,
    type: (text) => stdin.write(text),
    resize(nextColumns, nextRows) {
      emulator.resize(nextColumns, nextRows);
      Object.assign(stdout, { columns: nextColumns, rows: nextRows });
      stdout.emit('resize');
    },
    until,
  };
}

function has(text: string, what: string | RegExp): boolean {
  return typeof what === 'string' ? text.includes(what) : what.test(text);
}
