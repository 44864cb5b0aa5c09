import type { SessionEvent } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { clusterHold, dockerHold } from '../session/passing-holds.ts';
import type { SessionState } from '../session/state.ts';
import { formatSpan } from './duration.ts';
import { failureText, isSameFailure } from './failure-text.ts';
import type { PlainLines } from './plain-lines.ts';

/**
 * Lines of what passes by itself: what is away, what waits for it, and that it is back. What is tried again and fails as
 * before is told once, for which it remembers why the sources could not be watched.
 */
export function createPlainHealingLines(): PlainLines {
  let unwatched: Failure | undefined;
  return (previous, event, next) => {
    switch (event.type) {
      case 'machine.slept':
        return [`session  the machine slept for ${formatSpan(event.ms)}: everything is looked at again`];
      case 'watch.started':
        unwatched = undefined;
        return [];
      case 'watch.failed': {
        const isKnown = unwatched !== undefined && isSameFailure(unwatched, event.failure);
        unwatched = event.failure;
        return isKnown ? [] : failureText(event.failure);
      }
      default:
        return previous === next
          ? []
          : [...clusterLines(previous, event), ...holdLines(previous, event, next)];
    }
  };
}

/** What begins to wait, and for what. */
function holdLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  const image = event.type === 'build.failed' ? event.image : '';
  const holdOf = ({ images }: SessionState) => images[image] && dockerHold(images[image]);
  const begun = [
    { before: clusterHold(previous), hold: clusterHold(next) },
    { before: told(previous, image), hold: holdOf(next) },
  ];
  return begun.flatMap(({ before, hold }) => (hold && !before ? [`${hold.what}  ${hold.reason}`] : []));
}

/** A build that is tried again has failed in an earlier generation. */
function told({ images }: SessionState, name: string) {
  const image = images[name];
  return image?.failed && dockerHold({ ...image, generation: image.failed.generation });
}

function clusterLines(previous: SessionState, event: SessionEvent): string[] {
  switch (event.type) {
    case 'cluster.lost':
      return previous.cluster.lost ? [] : failureText(event.failure);
    case 'cluster.found':
      return ['cluster  answers again'];
    default:
      return [];
  }
}
