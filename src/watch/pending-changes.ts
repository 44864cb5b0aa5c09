import { createCoalescer, type Pace } from './coalesce.ts';
import { type FileSight, type FileWrite, isHalfWritten, sameSight, seeFile } from './file-writes.ts';

/** Nothing for this long, in ms, and a save is taken to be over. */
const QUIET = 20;
/** Changes are acted on after this long, in ms, even if they go on. */
const MOST = 2000;
/** A change this much younger than a look, in ms, may not show in the file's time (the clock of files ticks every 1-10 ms). */
const TICK = 15;
/** So many files are looked at before they are acted on; more come from tools that write whole files. */
const LOOKED_AT = 1000;

/** What a file watcher reports; `seen` where it has looked. */
export interface Notice {
  readonly event: 'add' | 'change' | 'unlink' | 'addDir' | 'unlinkDir';
  readonly path: string;
  readonly seen?: FileSight | undefined;
}

/** Changes on their way to be acted on. */
export interface PendingChanges {
  /** Remembers how a file is, without taking that as a change. */
  remember(path: string, seen: FileSight | undefined): void;
  /** Whether a file is as it was when it was seen last. */
  knows(path: string, seen: FileSight): boolean;
  notice(notice: Notice): void;
  /** Something is going on at a path. It may come to nothing, but what waits had better wait on. */
  stir(path: string): void;
  /** Changes may have been missed: `settled` resolves without one too, and the reports count as endless. */
  flood(): void;
  /** Resolves when there are changes and they are settled and written. They stay until taken. */
  settled(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing was reported for `quiet` ms, 2 s at most. */
  rested(quiet: number, signal: AbortSignal): Promise<void>;
  /** The changed paths, and how many reports there were of them. */
  take(): { readonly paths: readonly string[]; readonly reports: number };
}

interface Change extends FileWrite {
  readonly touchedAt: number;
  /** it was not there before these changes */
  readonly appeared: boolean;
}

export interface PendingOptions {
  readonly pace: Pace;
  /** ms since the epoch, as files have it */
  wallClock(): number;
  /** How a file is now; undefined: it is not there. */
  look(path: string): FileSight | undefined;
}

export function createPendingChanges({ pace, wallClock, look }: PendingOptions): PendingChanges {
  const known = new Map<string, FileSight>();
  const changes = new Map<string, Change>();
  const coalescer = createCoalescer({ quiet: QUIET, most: MOST, pace });
  let touchedAt = 0;
  let reports = 0;

  const remember = (path: string, seen: FileSight | undefined) => {
    const young = seen && wallClock() - Math.max(seen.mtimeMs, seen.ctimeMs) < TICK;
    // Equal times prove nothing for a young file: NaN equals no other time.
    if (seen) known.set(path, young ? { ...seen, mtimeMs: Number.NaN } : seen);
    else known.delete(path);
  };
  const touch = () => {
    touchedAt = pace.now();
    coalescer.touch();
  };
  const lookAgain = (): boolean => {
    const now = pace.now();
    const written = [...changes].slice(0, LOOKED_AT).map(([path, change]) => {
      const next = { ...change, ...seeFile(change, look(path), now) };
      changes.set(path, next);
      return next.seen?.size === change.seen?.size && !isHalfWritten(next, next.touchedAt, now);
    });
    return written.every(Boolean);
  };

  return {
    remember,
    knows(path, seen) {
      const before = known.get(path);
      return before !== undefined && sameSight(before, seen);
    },
    notice({ event, path, seen }) {
      const before = known.get(path);
      if (event === 'change' && before && sameSight(before, seen)) return;
      const change = changes.get(path);
      reports += 1;
      touch();
      if (event === 'unlink' && change?.appeared) changes.delete(path);
      else {
        const appeared = change?.appeared ?? (event === 'add' && before === undefined);
        const write: FileWrite = change ?? { before, seen };
        changes.set(path, { ...write, ...seeFile(write, seen, pace.now()), touchedAt, appeared });
      }
    },
    stir(path) {
      const change = changes.get(path);
      if (changes.size > 0) touch();
      if (change) changes.set(path, { ...change, touchedAt });
    },
    flood() {
      reports = Number.POSITIVE_INFINITY;
      touch();
    },
    async settled(signal) {
      do {
        await coalescer.settled(signal);
        const until = pace.now() + MOST;
        while (!lookAgain() && pace.now() < until) await pace.sleep(QUIET, signal);
      } while (changes.size === 0 && reports < Number.POSITIVE_INFINITY);
    },
    async rested(quiet, signal) {
      const until = pace.now() + MOST;
      for (let wait = quiet; wait > 0 && pace.now() < until; wait = touchedAt + quiet - pace.now()) {
        await pace.sleep(wait, signal);
      }
    },
    take() {
      const paths = [...changes.keys()];
      for (const path of paths) remember(path, paths.length > LOOKED_AT ? undefined : look(path));
      const taken = { paths, reports };
      changes.clear();
      reports = 0;
      return taken;
    },
  };
}
