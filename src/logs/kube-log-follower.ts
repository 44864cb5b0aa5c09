import type { LogFollower } from '../session/ports.ts';
import type { LogTarget } from '../session/state.ts';
import { type ReadInstanceOptions, type ReadInstanceRequest, readInstance } from './read-instance.ts';
import { createResumePoint, type ResumePoint } from './resume.ts';

/** Follows container instances; an extra request narrows what is read of one, see ReadInstanceRequest. */
export interface KubeLogFollower extends LogFollower {
  follow(
    target: LogTarget,
    signal: AbortSignal,
    how?: Partial<Pick<ReadInstanceRequest, 'first' | 'follow'>>,
  ): Promise<void>;
}

/** Containers whose last lines are remembered after the last instance that was read. */
const REMEMBERED = 200;

/**
 * Reads logs over the apiserver, which serves them by the container's name, not by its instance. So the instances of
 * one container are read one after the other and remember together what was delivered: when a restart was faster than
 * the pod's status, and a reader got the lines of the next instance, they are not repeated.
 */
export function createKubeLogFollower(options: ReadInstanceOptions): KubeLogFollower {
  const containers = new Map<
    string,
    { readonly resume: ResumePoint; last: Promise<void>; readers: number }
  >();

  const entryOf = (key: string) => {
    const entry = containers.get(key) ?? { resume: createResumePoint(), last: Promise.resolve(), readers: 0 };
    containers.delete(key);
    containers.set(key, entry);
    return entry;
  };
  const forgetOld = () => {
    for (const [key, { readers }] of containers) {
      if (containers.size <= REMEMBERED) return;
      if (readers === 0) containers.delete(key);
    }
  };

  return {
    async follow(target, signal, how = {}) {
      signal.throwIfAborted();
      const entry = entryOf(`${target.podUid}/${target.container}`);
      const before = entry.last;
      const { promise, resolve } = Promise.withResolvers<void>();
      entry.last = promise;
      entry.readers++;
      try {
        await unlessAborted(before, signal);
        await readInstance(options, { target, resume: entry.resume, follow: true, ...how }, signal);
      } finally {
        entry.readers--;
        // Whoever waits for this one waits for those before it too, also when it was aborted in the queue.
        void before.then(resolve);
        forgetOld();
      }
    },
  };
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
