import type { SessionEvent } from '../session/events.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { workloadFailures } from './container-failures.ts';
import { formatTook } from './duration.ts';
import { failureText } from './failure-text.ts';
import type { PlainLines } from './plain-lines.ts';
import { isCurrent, usedImages } from './readiness.ts';
import { resourceParts, shortNames } from './short-names.ts';
import { podsByWorkload, workloadKeys } from './workload-keys.ts';

/** What was said of a workload last. */
interface Said {
  readonly ready: boolean;
  /** refs of the project's images that were live then */
  readonly refs: string;
  readonly at: number;
  readonly trouble: string;
}

const unsaid: Said = { ready: false, refs: '', at: 0, trouble: '' };

/**
 * Lines of workloads: ready, with the time from the save to it; not ready any more; rolling out, for those of several
 * pods; what their pods suffer from. Said once: it remembers what it said last of each workload.
 */
export function createPlainWorkloadLines(): PlainLines {
  const said = new Map<ResourceKey, Said>();
  return (previous, event, next) => {
    if (event.type === 'workload.deleted') return deletedLines(said, previous, event.key);
    return touchedKeys(event, next).flatMap((key) => {
      const before = said.get(key) ?? unsaid;
      const name = shortNames(workloadKeys(next)).get(key);
      if (name === undefined) return [];
      const { lines, now } = sayWorkload({ key, name, event, previous, next, before });
      said.set(key, now);
      return lines;
    });
  };
}

function deletedLines(said: Map<ResourceKey, Said>, { workloads }: SessionState, key: ResourceKey): string[] {
  said.delete(key);
  return workloads[key]?.mine === true ? [`${resourceParts(key).name}  deleted`] : [];
}

function touchedKeys(event: SessionEvent, { resources }: SessionState): readonly ResourceKey[] {
  switch (event.type) {
    case 'workload.observed':
      return [event.workload.key];
    case 'pod.observed':
      return [event.pod.owner ?? `Pod/${event.pod.namespace}/${event.pod.name}`];
    case 'build.succeeded':
      return Object.values(resources).flatMap(({ key, images }) =>
        images.includes(event.image) ? [key] : [],
      );
    default:
      return [];
  }
}

interface Change {
  readonly key: ResourceKey;
  readonly name: string;
  readonly event: SessionEvent;
  readonly previous: SessionState;
  readonly next: SessionState;
  readonly before: Said;
}

function sayWorkload(change: Change): { lines: string[]; now: Said } {
  const { key, name, next, event, before } = change;
  const trouble = sayTrouble(change);
  if (!isCurrent(next, key)) {
    const told = before.ready && isDown(next, key);
    const lines = told ? [`${name}  not ready: ${readyPods(next, key)}`] : rolloutLines(change);
    return {
      lines: [...lines, ...trouble.lines],
      now: { ...before, ready: before.ready && !told, trouble: trouble.now },
    };
  }
  const images = usedImages(next, key);
  const refs = images.map(({ built }) => built?.ref).join(' ');
  const now: Said = { ready: true, refs, at: event.at, trouble: '' };
  if (before.ready && before.refs === refs) return { lines: [], now: { ...before, trouble: '' } };
  return { lines: [`${name}  ${readyWords(change, images, before.refs === refs)}`], now };
}

function readyWords(
  { key, next, event, before }: Change,
  images: readonly ImageState[],
  again: boolean,
): string {
  if (resourceParts(key).kind === 'Job') return 'done';
  if (again && before.at > 0) return 'ready again';
  const newest = images.filter((image) => image.changedFiles.length > 0 && image.changedAt > before.at);
  const saved = Math.max(0, ...newest.map((image) => image.changedAt));
  const after = saved > 0 ? ` ${formatTook(event.at - saved)} after the save` : '';
  const live = images.map((image) => image.generation).join(', ');
  if (live !== '') return `ready: generation ${live} live${after || afterStart(next, event, before)}`;
  return `ready${afterStart(next, event, before)}`;
}

function afterStart({ startedAt }: SessionState, event: SessionEvent, before: Said): string {
  return before.at === 0 ? ` ${formatTook(event.at - startedAt)} after the start` : '';
}

/** The same trouble of the same image is told once, whichever pod has it and however often it restarts. */
function sayTrouble({ key, next, before }: Change): { lines: string[]; now: string } {
  const [first] = workloadFailures(next, key, podsByWorkload(next).get(key) ?? []);
  if (!first || first.id === before.trouble) return { lines: [], now: before.trouble };
  return { lines: failureText(first.failure), now: first.id };
}

function rolloutLines({ key, name, event, previous }: Change): string[] {
  if (event.type !== 'workload.observed') return [];
  const { rollout, reason, desired } = event.workload;
  const known = previous.workloads[key];
  if (known?.rollout === rollout && known.reason === reason && known.desired === desired) return [];
  if (rollout === 'failed') return [`${name}  rollout failed${reason === undefined ? '' : `: ${reason}`}`];
  if (rollout === 'progressing' && desired > 1)
    return [`${name}  rolling out${reason === undefined ? '' : `: ${reason}`}`];
  const scaled = desired === 0 && known !== undefined && known.desired > 0;
  return scaled ? [`${name}  scaled to 0`] : [];
}

function isDown({ workloads }: SessionState, key: ResourceKey): boolean {
  const workload = workloads[key];
  return workload !== undefined && workload.ready < workload.desired;
}

function readyPods({ workloads }: SessionState, key: ResourceKey): string {
  const workload = workloads[key];
  return workload ? `${workload.ready} of ${workload.desired} pods` : '';
}
