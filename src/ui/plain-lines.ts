import { cleanText } from '../logs/clean-text.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionState } from '../session/state.ts';
import { deliveredLine } from './delivered-line.ts';
import { failureText, isSameFailure } from './failure-text.ts';
import { forwardAddress } from './forward-address.ts';
import { plainBuildLines } from './plain-build-lines.ts';
import { createPlainDeployLines } from './plain-deploy-lines.ts';
import { createPlainHealingLines } from './plain-healing-lines.ts';
import { plainImageLines } from './plain-image-lines.ts';
import { createPlainSurroundingLines } from './plain-surrounding-lines.ts';
import { plainSyncLines } from './plain-sync-lines.ts';
import { createPlainWorkloadLines } from './plain-workload-lines.ts';

/** What to print for a fact, given the state before and after it. */
export type PlainLines = (
  previous: SessionState,
  event: SessionEvent,
  next: SessionState,
) => readonly string[];

/**
 * The session as lines for people, when there is no terminal: the source's name, then one fact worth telling, in
 * present form; a failure as a block. What did not change is not said again, and nor is what was said before, for
 * which it remembers per workload what it said last. No clock, no output.
 */
export function createPlainLines(): PlainLines {
  const deployLines = createPlainDeployLines();
  const workloadLines = createPlainWorkloadLines();
  const surroundingLines = createPlainSurroundingLines();
  const healingLines = createPlainHealingLines();
  return (previous, event, next) => {
    const lines = sessionLines(previous, event, next);
    if (previous !== next) {
      lines.push(...plainBuildLines(previous, event, next), ...deployLines(previous, event, next));
      lines.push(...workloadLines(previous, event, next), ...surroundingLines(previous, event, next));
      lines.push(...plainImageLines(event), ...plainSyncLines(previous, event, next));
    }
    lines.push(...healingLines(previous, event, next));
    return lines.map(cleanText);
  };
}

function sessionLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  switch (event.type) {
    case 'session.started':
      return [`${event.app}  starting in context ${event.context}, namespace ${event.namespace}`];
    case 'session.stopping':
      return [`${next.app}  stopping: ${event.reason}`];
    case 'config.loaded':
      return configLines(previous, event);
    case 'config.failed':
      return previous === next ? [] : event.failures.flatMap(failureText);
    case 'rebuild.requested':
      return event.images.length === 0 && !event.workloads ? [`${next.app}  rebuilds everything`] : [];
    case 'image.delivered':
      return event.skipped ? [] : [deliveredLine(event)];
    case 'effect.crashed':
      return [
        `${event.effect}  ended without a result: ${event.message}`,
        '  This is a bug in rockpool: please report it.',
      ];
    default:
      return previous === next ? [] : clusterLines(previous, event, next);
  }
}

function configLines(
  previous: SessionState,
  { config }: Extract<SessionEvent, { type: 'config.loaded' }>,
): string[] {
  if (previous.config.current) return ['config  loaded again'];
  return [`config  ${count(config.images.length, 'image')}, ${count(config.forwards.length, 'forward')}`];
}

function clusterLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  switch (event.type) {
    case 'watch.started':
      return next.config.loaded === 1 ? ['watch  sources are watched'] : [];
    case 'session.paused':
      return [`${next.app}  paused: changes are collected; \`rockpool resume\` goes on`];
    case 'session.resumed':
      return [`${next.app}  goes on`];
    case 'watch.held':
      return previous.watch.held === event.reason ? [] : [`watch  changes wait: ${event.reason}`];
    case 'watch.released':
      return previous.watch.held === undefined ? [] : ['watch  goes on'];
    case 'forward.opened':
      return [
        `${next.forwards[event.forward]?.spec.name ?? event.forward}  ${forwardAddress(next.forwards[event.forward]?.spec, event.port)}`,
      ];
    case 'forward.failed':
      return forwardFailure(previous, event);
    default:
      return [];
  }
}

/** One that is tried again and again is told once. */
function forwardFailure(
  { forwards }: SessionState,
  { forward, failure }: Extract<SessionEvent, { type: 'forward.failed' }>,
): string[] {
  const known = forwards[forward]?.failure;
  return known && isSameFailure(known, failure) ? [] : failureText(failure);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
