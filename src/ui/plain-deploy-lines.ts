import type { SessionEvent } from '../session/events.ts';
import type { SessionState } from '../session/state.ts';
import { formatTook } from './duration.ts';
import { failureText } from './failure-text.ts';
import { resourceParts } from './short-names.ts';

/** Lines of rendering and applying: what changed in the cluster, what is held back, what was refused. Pure. */
export function plainDeployLines(previous: SessionState, event: SessionEvent, next: SessionState): string[] {
  switch (event.type) {
    case 'files.changed':
      return [...changedLines('manifests', event.manifests), ...changedLines('config', event.config)];
    case 'manifests.rendered':
      return [...newWarnings(previous, event.warnings), ...newHolds(previous, next)];
    case 'resource.applied':
      return appliedLines(event);
    case 'deploy.succeeded':
      return isNews(previous) ? [`deploy  done in ${formatTook(event.durationMs)}`] : [];
    case 'deploy.failed':
      return event.failures.flatMap(failureText);
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

function newHolds(previous: SessionState, next: SessionState): string[] {
  return Object.values(next.resources).flatMap(({ key, heldFor }) =>
    heldFor === undefined || previous.resources[key]?.heldFor === heldFor
      ? []
      : [`${kindAndName(key)}  waiting for image ${heldFor}`],
  );
}

function appliedLines({
  key,
  outcome,
  warnings,
}: Extract<SessionEvent, { type: 'resource.applied' }>): string[] {
  return [
    ...(outcome === 'unchanged' ? [] : [`${kindAndName(key)}  ${outcome}`]),
    ...warnings.map((text) => `${kindAndName(key)}  warning: ${text}`),
  ];
}

/** The first deploy, and the one that mends another. */
function isNews({ deploy }: SessionState): boolean {
  return deploy.done === 0 || deploy.failures.length > 0;
}

function kindAndName(key: string): string {
  const { kind, name } = resourceParts(key);
  return `${kind}/${name}`;
}
