import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { FileSight } from './file-writes.ts';
import type { Notice, PendingChanges } from './pending-changes.ts';
import { watchRoots } from './watch-roots.ts';
import { isWatched, type WatchRules } from './watch-rules.ts';

/** The clock of files lags behind by a tick. In ms. */
const LAG = 20;

export interface TreeOptions {
  readonly rules: WatchRules;
  readonly changes: PendingChanges;
  /** a file that changed after this counts although nobody watched yet; ms since the epoch */
  readonly since: number;
  /** what chokidar meets on its way, such as ENOSPC */
  onError(error: Error): void;
}

/**
 * Watches what the rules ask for, one inotify watch per folder. Resolves when no change is missed any more. chokidar's
 * own settling (`atomic`, `awaitWriteFinish`) is off, because it costs 100 ms and more per save.
 */
export async function openChokidarTree(
  { rules, changes, since, onError }: TreeOptions,
  signal: AbortSignal,
): Promise<{ close(): Promise<void> }> {
  const { watch } = await import('chokidar');
  signal.throwIfAborted();
  const tree = watch([...watchRoots(rules)], {
    ignored: (path) => !isWatched(rules, path),
    followSymlinks: false,
    ignorePermissionErrors: true,
    atomic: false,
  });
  let ready = false;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  tree.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  tree.on('raw', (_event, name, details) => stir(changes, rules, name, details));
  tree.on('all', (event, path, stats) => {
    const seen = stats && !stats.isDirectory() ? toSight(stats) : undefined;
    const initial = !ready && (event === 'add' || event === 'addDir');
    const young = seen !== undefined && Math.max(seen.mtimeMs, seen.ctimeMs) > since - LAG;
    const late = young && !changes.knows(path, seen);
    if (initial) changes.remember(path, seen);
    if ((!initial || late) && isNotice(event)) changes.notice({ event, path, seen });
  });
  tree.once('ready', resolve);
  try {
    await promise;
    ready = true;
    return { close: () => tree.close() };
  } catch (error) {
    await tree.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** chokidar's types say that any event could come here. */
function isNotice(event: string): event is Notice['event'] {
  return ['add', 'change', 'unlink', 'addDir', 'unlinkDir'].includes(event);
}

/** How a file is now; undefined: it is not there. */
export function lookAt(path: string): FileSight | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats && !stats.isDirectory() ? toSight(stats) : undefined;
  } catch {
    return undefined;
  }
}

/** Chokidar reports a file's changes at most every 50 ms; the raw notices tell that a writer is still at it. */
function stir(changes: PendingChanges, rules: WatchRules, name: unknown, details: unknown): void {
  const folder = (details as { watchedPath?: unknown } | undefined)?.watchedPath;
  if (typeof name !== 'string' || typeof folder !== 'string') return;
  const path = join(folder, name);
  if (isWatched(rules, path)) changes.stir(path);
}

function toSight({ size, ino, mtimeMs, ctimeMs }: Stats): FileSight {
  return { size, ino, mtimeMs, ctimeMs };
}
