import { emitKeypressEvents } from 'node:readline';

/**
 * Asks for one of the keys on the terminal. @param keys what each does, in words; the last one is for Escape, Ctrl-D and a
 * terminal that closes. Ctrl-C is the SIGINT that the terminal keeps to itself while it is asked. Rejects with the signal's reason.
 */
export async function askKey<K extends string>(
  keys: Readonly<Partial<Record<K, string>>>,
  signal: AbortSignal,
): Promise<K> {
  const known = Object.keys(keys) as K[];
  const last = known.at(-1) as K;
  const { stdin, stderr } = process;
  stderr.write(`${known.map((key) => `[${key}] ${keys[key]}`).join('  ')} `);
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  const { promise, resolve, reject } = Promise.withResolvers<K>();
  const onKey = (_: unknown, key: { name?: string; ctrl?: boolean }): void => {
    const pressed = known.find((each) => each === key.name && !key.ctrl);
    if (pressed) resolve(pressed);
    if (key.ctrl && key.name === 'c') process.kill(process.pid, 'SIGINT');
    if (key.name === 'escape' || (key.ctrl && key.name === 'd')) resolve(last);
  };
  const onEnd = (): void => resolve(last);
  const onAbort = (): void => reject(signal.reason);
  stdin.on('keypress', onKey).once('end', onEnd);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await promise;
    stderr.write(`${answer}\n`);
    return answer;
  } finally {
    stdin.off('keypress', onKey).off('end', onEnd);
    signal.removeEventListener('abort', onAbort);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
