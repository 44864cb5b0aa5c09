import { type Failure, RockpoolError } from '../session/failure.ts';
import type { DockerDaemon } from './docker-daemon.ts';

export interface ReopeningDaemonOptions {
  /** the daemon as it was found at the start */
  readonly first: DockerDaemon;
  /** see DockerDaemon */
  readonly shell?: string | undefined;
  /**
   * Asks anew where the cluster's daemon is and what certificates it takes. Rejects with a RockpoolError when nobody can
   * say, such as MINIKUBE_STOPPED.
   */
  reopen(signal: AbortSignal): Promise<DockerDaemon>;
  /** ms of a clock that never runs backwards */
  now(): number;
}

/** ms between two times of asking: it starts a process, and takes a second or more of its time */
const ASK_AGAIN = 10_000;

/**
 * The cluster's daemon, wherever it is now: after it could not be reached it is asked for anew with the next call, since
 * a cluster that was stopped and started comes back on another port with other certificates. While nobody can say where
 * it is, calls reject with DOCKER_UNREACHABLE and the reason, which passes by itself.
 */
export function createReopeningDaemon({ first, shell, reopen, now }: ReopeningDaemonOptions): DockerDaemon {
  let current = first;
  let isLost = false;
  let askedAt = Number.NEGATIVE_INFINITY;

  const find = async (signal: AbortSignal): Promise<DockerDaemon> => {
    signal.throwIfAborted();
    if (!isLost || now() - askedAt < ASK_AGAIN) return current;
    askedAt = now();
    const found = await reopen(signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof RockpoolError ? notFound(error) : error;
    });
    if (found !== current) current.close();
    current = found;
    return current;
  };
  const watching = (error: unknown): unknown => {
    if (isUnreachable(error)) isLost = true;
    return error;
  };
  const using = async <T>(signal: AbortSignal, use: (daemon: DockerDaemon) => Promise<T>): Promise<T> => {
    try {
      const answer = await use(await find(signal));
      isLost = false;
      return answer;
    } catch (error) {
      throw watching(error);
    }
  };

  return {
    shell,
    get address() {
      return current.address;
    },
    imageId: (ref, signal) => using(signal, (daemon) => daemon.imageId(ref, signal)),
    images: (label, signal) => using(signal, (daemon) => daemon.images(label, signal)),
    untag: (ref, signal) => using(signal, (daemon) => daemon.untag(ref, signal)),
    async *build(archive, build, signal) {
      try {
        yield* (await find(signal)).build(archive, build, signal);
      } catch (error) {
        throw watching(error);
      }
    },
    close: () => current.close(),
  };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof RockpoolError && error.failures.some(({ code }) => code === 'DOCKER_UNREACHABLE');
}

function notFound(error: RockpoolError): RockpoolError {
  const failures = error.failures.map(
    (failure): Failure => ({ ...failure, code: 'DOCKER_UNREACHABLE', subject: 'docker' }),
  );
  return new RockpoolError(failures, { cause: error });
}
