import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** ms between two questions, and that an answer may take: a forward waits while no pod answers */
const AGAIN = 100;
const PATIENCE = 5_000;

/**
 * Asks a web service until its answer is the wanted one, each time on a new connection, as a pod may have gone with the
 * old one. Resolves with the answer, without white space around it, or with what came last when the time is up. Rejects
 * with the signal's reason.
 */
export async function askUntil(
  url: string,
  isWanted: (answer: string) => boolean,
  { within, signal }: { readonly within: number; readonly signal: AbortSignal },
): Promise<string> {
  const deadline = performance.now() + within;
  for (;;) {
    const answer = await ask(url, signal).catch((error: Error) => `no answer (${error.message})`);
    signal.throwIfAborted();
    if (isWanted(answer) || performance.now() > deadline) return answer;
    await sleep(AGAIN, undefined, { signal });
  }
}

async function ask(url: string, signal: AbortSignal): Promise<string> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const [response] = (await once(get(url, { agent: false, signal: either }), 'response')) as [
    IncomingMessage,
  ];
  return (await text(response)).trim();
}
