import type { SessionConfig } from '../../src/session/events.ts';
import type { BuildRequest, DeployRequest, Ports } from '../../src/session/ports.ts';
import { config as exampleConfig } from './events.ts';

/** A piece of work that a test ends when it likes. */
interface Work {
  readonly name: string;
  readonly signal: AbortSignal;
  succeed(value?: string): void;
  fail(error: Error): void;
}

export interface ScriptedPorts extends Ports {
  /** work under way, oldest first; ended and aborted work leaves */
  readonly open: Work[];
  /** every build that was begun */
  readonly builds: BuildRequest[];
  readonly deploys: DeployRequest[];
}

/**
 * Ports whose work ends when the test says so, or a moment after its signal fires. The watcher starts at once;
 * deploys render nothing and succeed unless `holdDeploys`.
 */
export function scriptedPorts(
  options: { config?: SessionConfig; holdDeploys?: boolean } = {},
): ScriptedPorts {
  const open: Work[] = [];
  const builds: BuildRequest[] = [];
  const deploys: DeployRequest[] = [];
  let now = 1000;

  const begin = (name: string, signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const leaveBy = (settle: () => void): void => {
      open.splice(open.indexOf(work), 1);
      settle();
    };
    const work: Work = {
      name,
      signal,
      succeed: (value = '') => leaveBy(() => resolve(value)),
      fail: (error) => leaveBy(() => reject(error)),
    };
    open.push(work);
    signal.addEventListener(
      'abort',
      () =>
        open.includes(work) && queueMicrotask(() => open.includes(work) && work.fail(new Error('aborted'))),
    );
    return promise;
  };

  return {
    open,
    builds,
    deploys,
    clock: { now: () => (now += 1), sleep: () => Promise.resolve() },
    config: { load: () => Promise.resolve(options.config ?? exampleConfig) },
    watcher: {
      watch: async (emit, signal) => {
        emit({ type: 'watch.started' });
        await begin('watch', signal);
      },
    },
    builder: {
      build: async (request, emit, signal) => {
        builds.push(request);
        emit({ type: 'build.started', image: request.image, generation: request.generation, ref: 'pending' });
        const ref = await begin(`build:${request.image}@${request.generation}`, signal);
        return { ref: ref || `${request.image}:rp-${request.generation}`, skipped: false };
      },
    },
    syncer: {
      sync: async (request, emit, signal) => {
        const { image, generation, targets } = request;
        emit({ type: 'sync.started', image, generation, targets: targets.map(({ id }) => id) });
        const ref = await begin(`sync:${image}@${generation}`, signal);
        return { ref: ref || `${image}:rp-${generation}` };
      },
      renew: async (pod, signal) => {
        await begin(`renew:${pod.name}`, signal);
      },
    },
    deployer: {
      deploy: async (request, _emit, signal) => {
        deploys.push(request);
        if (options.holdDeploys) await begin(`deploy@${request.generation}`, signal);
      },
    },
    observer: {
      observe: async (namespace, _emit, signal) => void (await begin(`observe:${namespace}`, signal)),
    },
    forwarder: {
      forward: async (spec, _targets, emit, signal) => {
        emit({ type: 'forward.opened', forward: spec.id, port: spec.local === 'auto' ? 40000 : spec.local });
        await begin(`forward:${spec.id}`, signal);
      },
    },
    prober: { probe: async (pod, signal) => void (await begin(`probe:${pod.uid}`, signal)) },
    crashes: {
      lastLines: async (target, signal) => [await begin(`crash:${target.id}`, signal)],
    },
    lease: { hold: async (_emit, signal) => void (await begin('lease', signal)) },
    clockWatch: { watch: async (_emit, signal) => void (await begin('clock', signal)) },
    liveness: { watch: async (_emit, signal) => void (await begin('cluster', signal)) },
    pruner: {
      prune: async ({ generation }, emit, signal) => {
        await begin(`prune@${generation}`, signal);
        emit({ type: 'images.pruned', generation, refs: [], bytes: 0 });
      },
    },
    waker: { wake: async (pods, signal) => void (await begin(`wake:${pods.map(({ uid }) => uid)}`, signal)) },
    logs: { follow: async (target, signal) => void (await begin(`logs:${target.id}`, signal)) },
  };
}

/** Lets everything that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
