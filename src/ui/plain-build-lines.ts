import { isToldByConfig } from '../diagnosis/told-by-config.ts';
import type { SessionEvent } from '../session/events.ts';
import { mayPass } from '../session/failure.ts';
import type { SessionState } from '../session/state.ts';
import { formatTook } from './duration.ts';
import { failureText } from './failure-text.ts';

/** Steps of a build are told once it has run for so long: a quick build is one line at its start and one at its end. */
const TELL_STEPS_AFTER_MS = 3000;

/** A fact names no more changed files of an image than this. */
const NAMED_FILES = 20;

/** Lines of a build: why it begins, the steps of a long one, how it ends. Pure. */
export function plainBuildLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  switch (event.type) {
    case 'build.started':
      return [`${event.image}  building generation ${event.generation}${because(next, event.image)}`];
    case 'build.progressed':
      return stepLines(previous, event);
    case 'build.succeeded':
      return [`${event.image}  ${howItEnded(previous, event)}`];
    case 'build.failed':
      return isTold(previous, event) || isToldByConfig(next, event.failure) ? [] : failureText(event.failure);
    default:
      return [];
  }
}

/** A build that is tried again by itself and fails as before is no news. */
function isTold(
  { images }: SessionState,
  { image, failure }: Extract<SessionEvent, { type: 'build.failed' }>,
): boolean {
  return mayPass(failure) && images[image]?.failed?.failure.message === failure.message;
}

/** What the daemon has already is not built: unchanged since the last time, or known from an earlier session or branch. */
function howItEnded(
  { images }: SessionState,
  { image, ref, skipped, durationMs }: Extract<SessionEvent, { type: 'build.succeeded' }>,
): string {
  if (!skipped) return `built in ${formatTook(durationMs)}`;
  return images[image]?.built?.ref === ref ? 'has not changed' : 'is built already';
}

function because({ images }: SessionState, name: string): string {
  const [first, second, ...more] = images[name]?.changedFiles ?? [];
  if (first === undefined) return '';
  if (second === undefined) return ` (${first} changed)`;
  if (more.length + 2 >= NAMED_FILES) return ` (${first} and many more changed)`;
  return ` (${first} and ${more.length === 0 ? second : `${more.length + 1} more`} changed)`;
}

function stepLines(
  previous: SessionState,
  event: Extract<SessionEvent, { type: 'build.progressed' }>,
): string[] {
  const { image, index, total, step, at } = event;
  const build = previous.images[image]?.build;
  if (!build || build.index === index || at - build.startedAt < TELL_STEPS_AFTER_MS) return [];
  return [`${image}  ${index}/${total} ${step}`];
}
