import type { Effect } from './effect.ts';

/** Keeps the running work equal to the planned work. The only memory of what was started. */
export interface Reconciler {
  /** Starts what is missing and aborts what is surplus, in this turn. */
  reconcile(planned: ReadonlyMap<string, Effect>): void;
  /** Resolves when nothing that was aborted is still ending. */
  settled(): Promise<void>;
}

interface Running {
  readonly lane: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * @param run does the work; its promise is awaited also after an abort
 * @param onCrash is told of work that ended by itself though it was not told to, with the reason
 */
export function createReconciler(
  run: (effect: Effect, signal: AbortSignal) => Promise<void>,
  onCrash: (key: string, message: string) => void,
): Reconciler {
  const running = new Map<string, Running>();
  /** by lane */
  const dying = new Map<string, Promise<unknown>>();

  const reconcile = (planned: ReadonlyMap<string, Effect>): void => {
    for (const [key, work] of running) if (!planned.has(key)) retire(key, work);
    for (const effect of planned.values()) if (!running.has(effect.key)) start(effect);
  };

  const retire = (key: string, { lane, controller, done }: Running): void => {
    running.delete(key);
    const gone = Promise.all([dying.get(lane), done]);
    dying.set(lane, gone);
    controller.abort();
    void gone.then(() => dying.get(lane) === gone && dying.delete(lane));
  };

  const start = (effect: Effect): void => {
    const controller = new AbortController();
    const { signal } = controller;
    const done = afterOlder(effect, signal).then(
      () => ended(effect.key, signal, 'it ended although it was still needed'),
      (error: unknown) => ended(effect.key, signal, messageOf(error)),
    );
    running.set(effect.key, { lane: effect.lane, controller, done });
  };

  /** Older work of the same lane ends first: it may hold the port, or have a request under way that must not come second. */
  const afterOlder = async (effect: Effect, signal: AbortSignal): Promise<void> => {
    await dying.get(effect.lane);
    signal.throwIfAborted();
    await run(effect, signal);
  };

  const ended = (key: string, signal: AbortSignal, message: string): void => {
    if (signal.aborted) return;
    running.delete(key);
    onCrash(key, message);
  };

  const settled = async (): Promise<void> => {
    while (dying.size > 0) await Promise.all(dying.values());
  };

  return { reconcile, settled };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
