import { setImmediate } from 'node:timers/promises';
import { RockpoolError } from '../session/failure.ts';
import type { Clock, Emit, FileWatcher } from '../session/ports.ts';
import { lookAt, openChokidarTree } from './chokidar-tree.ts';
import { classifyChange, everythingChanged } from './classify-change.ts';
import type { Pace } from './coalesce.ts';
import { findGitFolder } from './git-folder.ts';
import { createGitHold, type GitHold } from './hold-for-git.ts';
import { createPendingChanges, type PendingChanges } from './pending-changes.ts';
import { readWatchRules } from './read-watch-rules.ts';
import { watchLimit } from './watch-limit.ts';
import type { WatchRules } from './watch-rules.ts';
import type { WatchSources } from './watch-sources.ts';

/** After git, the files of one checkout must not fall into two changes. In ms. */
const QUIET_AFTER_GIT = 100;
/** The kernel drops notices beyond fs.inotify.max_queued_events (16384 by default), and nobody tells us. */
const TOO_MANY = 8192;

/** Sleep may have begun so much earlier than it was measured, in ms. */
const ASLEEP = 2000;

export interface ChokidarWatcherOptions {
  /** of the configuration in force; asked when watching begins */
  sources(): WatchSources;
  readonly clock: Clock;
  /**
   * Calls back after so much time in which nothing ran here, until the returned function is called. The kernel goes on noticing
   * then, but keeps no more than fs.inotify.max_queued_events, and libuv does not tell that it dropped some: everything
   * counts as changed, and the tree is read anew.
   */
  readonly onSleep?: (listener: (ms: number) => void) => () => void;
}

/**
 * Watches the sources with chokidar. What changed since this call, or since the last watch ended, is reported with the
 * next one.
 */
export function createChokidarWatcher(options: ChokidarWatcherOptions): FileWatcher {
  const { sources, clock, onSleep = () => () => {} } = options;
  // Time as it passes: a clock that is set does not matter. What waited to be told meanwhile is told first.
  const pace: Pace = {
    now: () => performance.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal).then(() => setImmediate()),
  };
  let since = clock.now();
  return {
    async watch(emit, signal) {
      signal.throwIfAborted();
      try {
        await watchSources({ sources: sources(), since, clock, pace, emit, onSleep }, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        since = clock.now();
      }
    },
  };
}

interface Watch {
  readonly sources: WatchSources;
  readonly since: number;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Emit;
  readonly onSleep: NonNullable<ChokidarWatcherOptions['onSleep']>;
}

async function watchSources(
  { sources, since, clock, pace, emit, onSleep }: Watch,
  signal: AbortSignal,
): Promise<void> {
  let rules = await readWatchRules(sources);
  const wallClock = () => clock.now();
  const changes = createPendingChanges({ pace, wallClock, look: lookAt });
  const git = createGitHold({ folders: () => gitFolders(rules), pace, wallClock });
  const refused = new AbortController();
  const onError = (error: Error) => {
    const failure = watchLimit(error);
    // Other errors concern single paths that came and went; their folders' notices tell the outcome.
    if (failure) refused.abort(new RockpoolError(failure, { cause: error }));
  };
  const until = AbortSignal.any([signal, refused.signal]);
  const open = (from: number) => openChokidarTree({ rules, changes, since: from, onError }, until);
  let tree = await open(since);
  let sleptSince: number | undefined;
  const forget = onSleep((ms) => {
    sleptSince ??= clock.now() - ms - ASLEEP;
    changes.flood();
  });
  try {
    emit({ type: 'watch.started' });
    for (;;) {
      const { flooded, ignoring } = await report({ rules, changes, git, emit }, until);
      if (!flooded && !ignoring) continue;
      // Folders may have been missed, or were none of ours until now. The new tree watches before the old one is closed, so that nothing falls between.
      const old = tree;
      const from = sleptSince ?? clock.now();
      sleptSince = undefined;
      if (ignoring) rules = await readWatchRules(sources);
      tree = await open(from);
      await old.close();
    }
  } finally {
    forget();
    await tree.close();
  }
}

interface Report {
  readonly rules: WatchRules;
  readonly changes: PendingChanges;
  readonly git: GitHold;
  readonly emit: Emit;
}

/**
 * Reports the next change. `flooded`: there was so much that parts may be missing. `ignoring`: a .dockerignore changed,
 * and with it what is to be watched.
 */
async function report({ rules, changes, git, emit }: Report, signal: AbortSignal) {
  await changes.settled(signal);
  while (await git.wait(emit, signal)) await changes.rested(QUIET_AFTER_GIT, signal);
  const { paths, reports } = changes.take();
  const flooded = reports > TOO_MANY;
  const event = flooded ? everythingChanged(rules, paths) : classifyChange(rules, paths);
  if (event) emit(event);
  const read = new Set(rules.images.flatMap(({ files }) => files));
  return { flooded, ignoring: paths.some((path) => path.endsWith('.dockerignore') && read.has(path)) };
}

/** Worktrees and submodules have theirs elsewhere; a context may be in another repository than the project. */
function gitFolders({ root, images }: WatchRules): readonly string[] {
  const found = [root, ...images.map(({ context }) => context)].flatMap((path) => findGitFolder(path) ?? []);
  return [...new Set(found)];
}
