import type { RunningContainer } from '../../runtime/runtime.ts';
import { watchProbes } from '../probes/watch-probes.ts';
import { onEnd } from './end.ts';
import { graceOf, type Instance, type Life } from './life.ts';
import { runHook } from './run-hook.ts';
import { stopContainer } from './stop.ts';

/** ms of a postStart hook */
const HOOK = 60_000;

/** Follows a container that was started: its hook, its probes, its end. */
export function watchInstance(life: Life, instance: Instance, running: RunningContainer): void {
  const over = new AbortController();
  void running.ended.then((end) => {
    over.abort();
    onEnd(life, instance, end);
  });
  void startProbes(life, instance, running, AbortSignal.any([over.signal, life.closing.signal]));
}

async function startProbes(
  life: Life,
  instance: Instance,
  running: RunningContainer,
  signal: AbortSignal,
): Promise<void> {
  const container = life.container();
  const probed = { container, running, address: life.address };
  const failure = await runHook(container.lifecycle?.postStart, probed, HOOK, signal);
  if (signal.aborted) return;
  if (failure !== undefined) {
    life.tell('Warning', 'FailedPostStartHook', `PostStartHook failed: ${failure}`);
    return stopContainer(life, `FailedPostStartHook`, graceOf(life.pod()));
  }
  const change = (is: Partial<Pick<Instance, 'isReady' | 'isStarted'>>) => {
    Object.assign(instance, is);
    life.change();
  };
  const onDead = (probe: string) => {
    instance.isUnhealthy = true;
    const why = `Container ${life.name} failed ${probe} probe, will be restarted`;
    void stopContainer(life, why, graceOf(life.pod()));
  };
  const health = {
    onStarted: () => change({ isStarted: true }),
    onReady: (isReady: boolean) => change({ isReady }),
    onDead,
    onUnhealthy: (message: string) => life.tell('Warning', 'Unhealthy', message),
  };
  watchProbes(probed, health, signal);
}
