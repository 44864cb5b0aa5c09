import type { SessionEvent } from '../session/events.ts';
import type { SessionState } from '../session/state.ts';
import { formatTook } from './duration.ts';
import { failureText } from './failure-text.ts';

/** Lines of files that were written into running containers instead of a build. Pure. */
export function plainSyncLines(
  previous: SessionState,
  event: SessionEvent,
  { images }: SessionState,
): string[] {
  switch (event.type) {
    case 'sync.succeeded': {
      const { image, generation, targets, durationMs } = event;
      const where = targets.length === 1 ? 'its container' : `${targets.length} containers`;
      const isAgain = previous.images[image]?.sync?.done === generation;
      const what = isAgain ? 'synced again' : `generation ${generation} synced`;
      const files = isAgain ? '' : changedFiles(images[image]?.changedFiles ?? []);
      return [`${image}  ${what} into ${where} in ${formatTook(durationMs)}${files}`];
    }
    case 'sync.failed':
      return failureText(event.failure);
    default:
      return [];
  }
}

function changedFiles([first, ...more]: readonly string[]): string {
  if (first === undefined) return '';
  return more.length === 0 ? ` (${first})` : ` (${first} and ${more.length} more)`;
}
