import type { Emit } from '../session/ports.ts';
import type { Pace } from './coalesce.ts';
import { readGitMarkers } from './git-folder.ts';
import { gitAtWork } from './git-operation.ts';

/** Between two looks, in ms. */
const LOOK = 25;
/** Changes wait this long at most, in ms: half a checkout that builds beats a session that seems dead. */
const LONGEST = 30_000;

export interface GitHold {
  /**
   * Waits while git is at work in one of the folders, 30 s at most, and says so. true: git was and has ended, so that
   * its last files may still be on their way.
   */
  wait(emit: Emit, signal: AbortSignal): Promise<boolean>;
}

/** @param wallClock ms since the epoch, as files have it */
export function createGitHold(options: {
  folders(): readonly string[];
  pace: Pace;
  wallClock(): number;
}): GitHold {
  const { folders, pace, wallClock } = options;
  const overlooked = new Map<string, string | undefined>();
  const reason = () =>
    folders()
      .map((folder) => gitAtWork(readGitMarkers(folder), overlooked.get(folder), wallClock()))
      .find(Boolean);
  return {
    async wait(emit, signal) {
      const held = reason();
      if (held === undefined) return false;
      emit({ type: 'watch.held', reason: held });
      const until = pace.now() + LONGEST;
      let waiting = true;
      while (waiting && pace.now() < until) {
        await pace.sleep(LOOK, signal);
        waiting = reason() !== undefined;
      }
      if (waiting) for (const folder of folders()) overlooked.set(folder, readGitMarkers(folder).lock);
      emit({ type: 'watch.released' });
      return !waiting;
    },
  };
}
