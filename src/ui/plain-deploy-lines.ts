import type { SessionEvent } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { formatTook } from './duration.ts';
import { failureText, isSameFailure } from './failure-text.ts';
import type { PlainLines } from './plain-lines.ts';

/**
 * Lines of rendering and applying: what changed in the cluster, what is held back, what was refused. Every new image is
 * a deploy: failures and warnings of the one before are not told again, for which it remembers each resource's warnings.
 */
export function createPlainDeployLines(): PlainLines {
  const warned = new Map<ResourceKey, readonly string[]>();
  return (previous, event, next) => {
    if (event.type !== 'resource.applied') return deployLines(previous, event, next);
    const known = warned.get(event.key) ?? [];
    warned.set(event.key, event.warnings);
    return appliedLines(event, known);
  };
}

function deployLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  switch (event.type) {
    case 'files.changed':
      return [...changedLines('manifests', event.manifests), ...changedLines('config', event.config)];
    case 'manifests.rendered':
      return [...newWarnings(previous, event.warnings), ...newHolds(previous, next)];
    case 'resource.adopted':
      return [`${kindAndName(event.key)}  taken over from ${event.managers.join(', ') || 'others'}`];
    case 'deploy.held':
      return previous.deploy.held?.[event.key] === event.reason
        ? []
        : [`${kindAndName(event.key)}  ${event.reason}`];
    case 'resource.pruned':
      return [prunedLine(event)];
    case 'deploy.succeeded':
      return isNews(previous) ? [`deploy  done in ${formatTook(event.durationMs)}`] : [];
    case 'deploy.failed':
      return newFailures(previous, event.failures).flatMap(failureText);
    default:
      return [];
  }
}

function changedLines(what: string, files: readonly string[]): string[] {
  const [first, ...more] = files;
  if (first === undefined) return [];
  return [`${what}  ${first}${more.length > 0 ? ` and ${more.length} more` : ''} changed`];
}

function newWarnings({ deploy }: SessionState, warnings: readonly string[]): string[] {
  return warnings
    .filter((text) => !deploy.warnings.includes(text))
    .map((text) => `manifests  warning: ${text}`);
}

function newFailures({ deploy }: SessionState, failures: readonly Failure[]): Failure[] {
  return failures.filter((failure) => !deploy.failures.some((known) => isSameFailure(known, failure)));
}

function newHolds(previous: SessionState, next: SessionState): string[] {
  return Object.values(next.resources).flatMap(({ key, heldFor }) =>
    heldFor === undefined || previous.resources[key]?.heldFor === heldFor
      ? []
      : [`${kindAndName(key)}  waiting for image ${heldFor}`],
  );
}

function appliedLines(
  { key, outcome, warnings }: Extract<SessionEvent, { type: 'resource.applied' }>,
  known: readonly string[],
): string[] {
  const news = warnings.filter((text) => !known.includes(text));
  return [
    ...(outcome === 'unchanged' ? [] : [`${kindAndName(key)}  ${outcome}`]),
    ...news.map((text) => `${kindAndName(key)}  warning: ${text}`),
  ];
}

function prunedLine({ key, outcome, reason }: Extract<SessionEvent, { type: 'resource.pruned' }>): string {
  return `${kindAndName(key)}  ${outcome}: ${reason ?? 'no longer in the manifests'}`;
}

/** The first deploy, and the one that mends another. */
function isNews({ deploy }: SessionState): boolean {
  return deploy.done === 0 || deploy.failures.length > 0;
}

function kindAndName(key: string): string {
  const { kind, name } = resourceParts(key);
  return `${kind}/${name}`;
}
