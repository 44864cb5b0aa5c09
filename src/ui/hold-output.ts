import { format } from 'node:util';

/** Holds back what would be written across the screen. */
export interface HeldOutput {
  /** Writes it to stderr, and lets everything through from now on. */
  release(): void;
}

/** More is dropped, oldest first: it is for what libraries warn of, not for logs. */
const KEPT_CHARACTERS = 100_000;

const methods = ['log', 'info', 'debug', 'warn', 'error'] as const;

/**
 * While the screen is up, whatever a library or Node itself prints through `console` or on a stderr that is the same
 * terminal would scroll the screen. It is kept, and written to stderr when the screen is gone.
 */
export function holdOutput(): HeldOutput {
  let held = '';
  const keep = (text: string): void => {
    held = (held + text).slice(-KEPT_CHARACTERS);
  };
  const { stderr } = process;
  const write = stderr.write;
  const printers = methods.map((method) => console[method]);
  for (const method of methods) console[method] = (...args: unknown[]) => keep(`${format(...args)}\n`);
  if (stderr.isTTY) {
    stderr.write = (chunk: string | Uint8Array) => {
      keep(textOf(chunk));
      return true;
    };
  }

  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    stderr.write = write;
    for (const [index, method] of methods.entries()) console[method] = printers[index] ?? console[method];
    if (held !== '') stderr.write(held);
  };
  return { release };
}

function textOf(chunk: string | Uint8Array): string {
  return typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
}
