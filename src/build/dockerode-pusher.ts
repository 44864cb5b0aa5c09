import type { IncomingMessage } from 'node:http';
import { RockpoolError } from '../session/failure.ts';
import type { DockerAddress } from './docker-daemon.ts';
import { dockerUnreachable } from './docker-unreachable.ts';
import { type Connection, connect, type DialRequest, dial, statusOf } from './dockerode-connection.ts';
import { explainPush } from './explain-push.ts';
import { parseImageName } from './image-name.ts';
import { looseJsonLines } from './loose-json-lines.ts';
import type { RegistryLogin } from './registry-login.ts';

/** Pushes images that a Docker Engine has to a registry, as that engine reaches it. */
export interface ImagePusher {
  /** Whether the registry has the ref, as the daemon sees it; undefined when it does not say (no login, no answer). */
  has(ref: string, signal: AbortSignal): Promise<boolean | undefined>;
  /**
   * Pushes the image `ref` as `to`; what the registry has of it is not sent. Rejects with a RockpoolError:
   * DELIVERY_FAILED in words with the way out, DOCKER_UNREACHABLE. An abort ends the push in the daemon.
   */
  push(ref: string, to: string, signal: AbortSignal): Promise<void>;
}

export interface DockerodePusherOptions {
  readonly address: DockerAddress;
  /** the login for the host of a ref, asked before each request */
  login(ref: string, signal: AbortSignal): Promise<RegistryLogin | undefined>;
}

/** ms for an answer of the registry on one manifest */
const ANSWER_WAIT = 10_000;

/** Pushes through dockerode, over connections that are closed after each push. */
export function createDockerodePusher({ address, login }: DockerodePusherOptions): ImagePusher {
  const connected = async <T>(ref: string, signal: AbortSignal, work: (ask: Ask) => Promise<T>) => {
    signal.throwIfAborted();
    const authconfig = (await login(ref, signal)) ?? {};
    const connection = await connect(address);
    try {
      return await work(asking(connection, authconfig, signal));
    } finally {
      connection.close();
    }
  };
  return {
    has: (ref, signal) =>
      connected(ref, signal, async (ask) => {
        const answered = await ask('GET', `/distribution/${ref}/json`, {
          abortSignal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT)]),
        }).then(
          () => true,
          (error: unknown) => (statusOf(error) === 404 ? false : undefined),
        );
        signal.throwIfAborted();
        return answered;
      }),
    push: (ref, to, signal) =>
      connected(to, signal, async (ask) => {
        try {
          await pushAs(ask, ref, to);
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof RockpoolError) throw error;
          if (statusOf(error) === undefined) throw dockerUnreachable(address, error);
          throw new RockpoolError(explainPush(to, wordsOf(error)), { cause: error });
        }
      }),
  };
}

type Ask = (method: DialRequest['method'], path: string, more?: Partial<DialRequest>) => Promise<unknown>;

function asking({ docker }: Connection, authconfig: RegistryLogin, abortSignal: AbortSignal): Ask {
  return (method, path, more) => dial(docker, { method, path, authconfig, abortSignal, ...more });
}

/** A name of its own in the daemon only for as long as the push takes: nobody asks for the image by it. */
async function pushAs(ask: Ask, ref: string, to: string): Promise<void> {
  const { repository, tag = 'latest' } = parseImageName(to);
  const named = { options: { _query: { repo: repository, tag } } };
  if (ref !== to) await ask('POST', `/images/${ref}/tag?`, named);
  try {
    const answer = await ask('POST', `/images/${repository}/push?`, {
      options: { _query: { tag } },
      isStream: true,
    });
    for await (const message of looseJsonLines(answer as IncomingMessage)) {
      const { error, errorDetail } = message as Record<string, unknown>;
      const said = (errorDetail as { message?: unknown } | undefined)?.message ?? error;
      if (said !== undefined) throw new RockpoolError(explainPush(to, String(said)));
    }
  } finally {
    // also after an abort, whose signal would cut this off
    const abortSignal = AbortSignal.timeout(ANSWER_WAIT);
    const query = { options: { _query: { noprune: true } }, abortSignal };
    if (ref !== to) await ask('DELETE', `/images/${to}?`, query).catch(() => undefined);
  }
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}
