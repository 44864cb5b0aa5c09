import { backoffDelay } from './backoff.ts';
import { jsonLines } from './json-lines.ts';
import {
  createKnownObjects,
  type KnownObjects,
  type KnownObjectsListener,
  ListenerError,
} from './known-objects.ts';
import { type KubeClient, KubeError } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { parseStatus } from './kube-status.ts';
import { startSilenceTimer } from './silence-timer.ts';
import { createWakeablePause, type WakeablePause } from './wakeable-pause.ts';

export interface ReflectorOptions<T extends KubeObject> extends KnownObjectsListener<T> {
  readonly client: Pick<KubeClient, 'request' | 'stream'>;
  /** of the list, see resourcePath */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Called after every failed attempt to list: KubeUnreachable, or KubeError when the apiserver refused. */
  onLost(error: Error): void;
  /** Called after the first list, and after each that follows a failed one. All of its objects were told before. */
  onFound(): void;
  /** how to wait between attempts; default for so long and no shorter */
  readonly pause?: WakeablePause['pause'];
  /** for tests */
  readonly timing?: Partial<ReflectorTiming>;
}

export interface ReflectorTiming {
  /**
   * s after which the apiserver ends a watch; up to a quarter is added so that watches do not end together. To go on with
   * one costs a request without an answer to speak of; how long a connection that died alone may stay unnoticed hangs on it
   */
  readonly watchSeconds: number;
  /** ms without a byte after that time until the connection counts as dead */
  readonly graceMs: number;
  /** ms to wait after so many failures in a row */
  backoff(failures: number): number;
}

const usualTiming: ReflectorTiming = {
  watchSeconds: 40,
  graceMs: 5_000,
  backoff: (failures) => backoffDelay(failures, Math.random()),
};

/** Objects per page of a list. */
const PAGE = 500;
/** A watch that lasted this long was a good one, whatever it brought, ms. */
const HEALTHY = 5_000;

/**
 * Tells every object of a list and each change of one, until the signal fires, and never gives up: a watch that ends
 * in order is gone on with, anything else (a drop, 410 Gone, a refusal) is followed by a new list after 0.1 to 10 s,
 * and what was deleted in between is told then. Resolves when the signal fires; rejects only with what a listener threw.
 */
export async function reflect<T extends KubeObject>(
  options: ReflectorOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  const timing = { ...usualTiming, ...options.timing };
  const run: Run<T> = {
    options,
    timing,
    signal,
    known: createKnownObjects(options),
    failures: 0,
    lists: 'first',
  };
  while (!signal.aborted) {
    try {
      await listAndWatch(run);
    } catch (error) {
      if (error instanceof ListenerError) throw error.cause;
      if (!signal.aborted) await pause(run, error);
    }
  }
}

interface Run<T extends KubeObject> {
  readonly options: ReflectorOptions<T>;
  readonly timing: ReflectorTiming;
  readonly signal: AbortSignal;
  readonly known: KnownObjects<T>;
  /** in a row */
  failures: number;
  /** how it went with the last list */
  lists: 'first' | 'well' | 'failed';
}

async function listAndWatch<T extends KubeObject>(run: Run<T>): Promise<never> {
  const before = run.lists;
  run.lists = 'failed';
  let version = await list(run);
  run.lists = 'well';
  if (before !== 'well') run.options.onFound();
  for (;;) version = await watch(run, version);
}

/** An expired resourceVersion is no fault, unless it comes again and again. */
async function pause<T extends KubeObject>(run: Run<T>, error: unknown): Promise<void> {
  const isExpired = error instanceof KubeError && error.status.code === 410;
  if (run.lists === 'failed' && !isExpired) {
    run.options.onLost(error instanceof Error ? error : new Error(String(error)));
  }
  run.failures++;
  const delay = isExpired && run.failures === 1 ? 0 : run.timing.backoff(run.failures);
  const { pause: wait = createWakeablePause().pause } = run.options;
  await wait(delay, run.signal);
}

interface ObjectList<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

/** Reads every page; only a list that was read to its end tells what is gone. @returns its resourceVersion */
async function list<T extends KubeObject>({ options, known, signal }: Run<T>): Promise<string> {
  const { client, path, labelSelector, fieldSelector } = options;
  const seen = new Set<string>();
  for (let next: string | undefined; ; ) {
    const query = { limit: PAGE, continue: next, labelSelector, fieldSelector };
    const { body } = await client.request<ObjectList<T>>({ method: 'GET', path, query, signal });
    for (const object of body.items ?? []) seen.add(known.upsert(object));
    next = body.metadata?.continue || undefined;
    if (next === undefined) {
      known.retain(seen);
      return body.metadata?.resourceVersion ?? '';
    }
  }
}

/** Follows changes until the apiserver ends the watch. @returns the resourceVersion to go on from */
async function watch<T extends KubeObject>(run: Run<T>, from: string): Promise<string> {
  const { options, timing, signal } = run;
  const seconds = Math.ceil(timing.watchSeconds * (1 + Math.random() / 4));
  const silence = startSilenceTimer(seconds * 1000 + timing.graceMs);
  const started = performance.now();
  let version = from;
  try {
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      timeoutSeconds: seconds,
      resourceVersion: from,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    };
    const either = AbortSignal.any([signal, silence.signal]);
    const chunks = await options.client.stream({ method: 'GET', path: options.path, query, signal: either });
    for await (const frame of jsonLines(silence.watching(chunks))) {
      signal.throwIfAborted();
      version = take(run, frame as Frame<T>) ?? version;
      run.failures = 0;
    }
    if (version === from && performance.now() - started < HEALTHY) throw new Error('the watch ended at once');
    return version;
  } finally {
    if (performance.now() - started >= HEALTHY) run.failures = 0;
    silence.stop();
  }
}

interface Frame<T> {
  readonly type: string;
  readonly object: T;
}

/** @returns the resourceVersion that the frame brings */
function take<T extends KubeObject>(run: Run<T>, { type, object }: Frame<T>): string | undefined {
  if (type === 'ERROR') {
    throw new KubeError(parseStatus(500, JSON.stringify(object)), { method: 'GET', path: run.options.path });
  }
  if (type === 'ADDED' || type === 'MODIFIED') run.known.upsert(object);
  if (type === 'DELETED') run.known.remove(object);
  return object.metadata?.resourceVersion;
}
