import { dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { Emit, FileWatcher } from '../session/ports.ts';
import { classifyChange } from './classify-change.ts';
import { BOUND_MS, createCoalescer, QUIET_MS } from './coalesce.ts';
import { createGitOperation, type GitOperation } from './git-operation.ts';
import { below } from './path-below.ts';
import { readWatchRules } from './read-watch-rules.ts';
import { stillWritten } from './still-written.ts';
import { isWatched, type WatchRules } from './watch-rules.ts';
import type { WatchSources } from './watch-sources.ts';

/** How long changes wait for git at most; how often it is looked at meanwhile. */
const GIT_BOUND_MS = 30_000;
const GIT_POLL_MS = 25;

/**
 * Watches through chokidar: one inotify watch per folder that something may be read from. chokidar's own settling
 * (`atomic`, `awaitWriteFinish`) is off, because it costs 100 ms and more per save.
 * @param sources what to watch, asked when watching begins
 */
export function createChokidarWatcher(sources: () => WatchSources): FileWatcher {
  return {
    async watch(emit, signal) {
      signal.throwIfAborted();
      const what = sources();
      const rules = await readWatchRules(what);
      signal.throwIfAborted();
      await follow(rules, createGitOperation(what.root), emit, signal);
    },
  };
}

async function follow(rules: WatchRules, git: GitOperation, emit: Emit, signal: AbortSignal): Promise<void> {
  const changes = createCoalescer(
    (paths) => {
      const event = classifyChange(rules, paths);
      if (event) emit(event);
    },
    holdWhileWritten(git, emit),
  );
  const watcher = watch(rootsOf(rules), {
    ignored: (path) => !isWatched(rules, path),
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    atomic: false,
  });
  try {
    await begun(watcher, signal, () => {
      watcher.on('all', (kind, path) => kind !== 'addDir' && changes.add(path));
      emit({ type: 'watch.started' });
    });
  } finally {
    changes.close();
    await watcher.close();
  }
}

/** Resolves when the signal fires; rejects when the system refuses to watch. */
function begun(watcher: FSWatcher, signal: AbortSignal, onReady: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    watcher.once('ready', () => signal.aborted || onReady());
    watcher.on(
      'error',
      (error) => isRefused(error) && reject(new RockpoolError(refused(error), { cause: error })),
    );
  });
}

/** Asked before changes are handed over: ms to go on waiting, while git rewrites files or one is half written. */
function holdWhileWritten(
  git: GitOperation,
  emit: Emit,
): (paths: readonly string[], waited: number) => number {
  let held: string | undefined;
  return (paths, waited) => {
    const operation = waited < GIT_BOUND_MS ? git.underWay() : undefined;
    if (operation !== undefined) {
      if (operation !== held) emit({ type: 'watch.held', reason: operation });
      held = operation;
      return GIT_POLL_MS;
    }
    if (held !== undefined) {
      held = undefined;
      emit({ type: 'watch.released' });
      return QUIET_MS;
    }
    return waited < BOUND_MS ? stillWritten(paths, waited) : 0;
  };
}

/** The folders to begin at; one that lies in another is left out. */
function rootsOf(rules: WatchRules): string[] {
  const folders = [
    rules.root,
    ...rules.images.flatMap(({ context, contexts, files }) => [
      context,
      ...contexts,
      ...files.map((file) => dirname(file)),
    ]),
    ...rules.manifests.map(({ folder }) => folder),
    ...rules.config.map((file) => dirname(file)),
  ];
  const all = [...new Set(folders)];
  return all.filter((folder) => !all.some((other) => other !== folder && below(other, folder) !== undefined));
}

const REFUSALS = ['ENOSPC', 'EMFILE', 'ENFILE'];

function isRefused(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && REFUSALS.includes(String(error.code));
}

function refused(error: NodeJS.ErrnoException): Failure {
  const watches = error.code === 'ENOSPC';
  return {
    code: 'WATCH_LIMIT',
    subject: 'sources',
    message: watches
      ? 'The system has no inotify watches left, so changes of the sources would be missed.'
      : `The system has no ${error.code === 'EMFILE' ? 'inotify instances or open files' : 'open files'} left (${error.code}), so changes of the sources would be missed.`,
    hint: 'Raise the limit, or leave folders out that no image needs (.dockerignore).',
    command: watches
      ? 'sudo sysctl fs.inotify.max_user_watches=524288'
      : 'sudo sysctl fs.inotify.max_user_instances=1024',
  };
}
