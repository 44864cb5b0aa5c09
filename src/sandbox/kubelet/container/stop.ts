import type { Life } from './life.ts';
import { runHook } from './run-hook.ts';

/**
 * Ends a container: its preStop hook, SIGTERM, and SIGKILL when the time is up. Asked again, only the time counts.
 * Resolves when it has ended; one that is being started ends, too.
 * @param why the event that is told
 */
export async function stopContainer(life: Life, why: string, graceMs: number): Promise<void> {
  const { instance } = life;
  const running = instance?.running;
  if (!running) return;
  if (instance.isStopping) return running.stop(graceMs);
  instance.isStopping = true;
  life.tell('Normal', 'Killing', why);
  const began = Date.now();
  const container = life.container();
  const probed = { container, running, address: life.address };
  const hook = graceMs > 0 ? container.lifecycle?.preStop : undefined;
  const failure = await runHook(hook, probed, graceMs, life.closing.signal);
  if (failure !== undefined) life.tell('Warning', 'FailedPreStopHook', `PreStopHook failed: ${failure}`);
  await running.stop(Math.max(graceMs - (Date.now() - began), 0));
}
