import { isCurrent, usedImages } from '../diagnosis/readiness.ts';
import { workloadFailures } from '../diagnosis/workload-failures.ts';
import { podsByWorkload, workloadKeys } from '../diagnosis/workload-keys.ts';
import type { SessionEvent } from '../session/events.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { isBehind, isUnchecked } from './applied-state.ts';
import { failureText } from './failure-text.ts';
import {
  afterFall,
  CALM_MS,
  type Fall,
  type Falls,
  isSameRun,
  isTold,
  noFalls,
  timesWords,
} from './falls.ts';
import { leadImages } from './lead-images.ts';
import { deletedLines } from './plain-deleted-lines.ts';
import type { PlainLines } from './plain-lines.ts';
import { type Asked, askedBy, readyAfter } from './ready-after.ts';
import { shortNames } from './short-names.ts';
import { touchedKeys } from './touched-workloads.ts';

/** What was said of a workload last. */
interface Said {
  readonly ready: boolean;
  /** refs of the project's images that were live then */
  readonly refs: string;
  /** other refs were built since: with those of before it is ready anew */
  readonly left: boolean;
  /** of its manifest then */
  readonly hash: string | undefined;
  /** when it became ready */
  readonly at: number;
  /** ids of the troubles told, the newest ones, and when the last of them was */
  readonly troubles: readonly string[];
  readonly troubleAt: number;
  /** a trouble was told, and not yet that it is over */
  readonly isFailing: boolean;
  readonly falls: Falls;
}

const unsaid: Said = {
  ready: false,
  refs: '',
  left: false,
  hash: undefined,
  at: 0,
  troubles: [],
  troubleAt: 0,
  isFailing: false,
  falls: noFalls,
};

/** More than one workload suffers from in one generation. */
const KEPT_TROUBLES = 10;

/**
 * Lines of workloads: ready, with the time from the save to it; not ready any more; rolling out, for those of several
 * pods; what their pods suffer from. Said once: it remembers what it said last of each workload. Of one that goes up and
 * down without end, the first times are told, then every tenth.
 */
export function createPlainWorkloadLines(): PlainLines {
  const said = new Map<ResourceKey, Said>();
  let asked: Asked | undefined;
  return (previous, event, next) => {
    asked = askedBy(event) ?? asked;
    if (event.type === 'workload.deleted') {
      said.delete(event.key);
      return deletedLines(event.key, previous, next);
    }
    return touchedKeys(event, next).flatMap((key) => {
      const before = said.get(key) ?? unsaid;
      const name = shortNames(workloadKeys(next)).get(key);
      if (name === undefined) return [];
      const { lines, now } = sayWorkload({ key, name, event, previous, next, before, asked });
      said.set(key, now);
      return lines;
    });
  };
}

interface Change {
  readonly key: ResourceKey;
  readonly name: string;
  readonly event: SessionEvent;
  readonly previous: SessionState;
  readonly next: SessionState;
  readonly before: Said;
  /** the newest of what changed what should run; absent: nothing did since the start */
  readonly asked: Asked | undefined;
}

interface Word {
  readonly lines: string[];
  readonly now: Said;
}

function sayWorkload(change: Change): Word {
  const { key, next, before } = change;
  const trouble = sayTrouble(change);
  if (isUnchecked(next, key)) return { lines: trouble.lines, now: { ...before, ...trouble.now } };
  const images = usedImages(next, key);
  const refs = images.map(({ built }) => built?.ref).join(' ');
  if (isCurrent(next, key) && !isBehind(next, key)) return sayCurrent(change, images, refs);
  const said = sayNotCurrent(change, refs);
  return { lines: [...said.lines, ...trouble.lines], now: { ...said.now, ...trouble.now } };
}

function sayCurrent(change: Change, images: readonly ImageState[], refs: string): Word {
  const { key, name, next, event, before } = change;
  const again = before.refs === refs && before.at > 0 && !before.left;
  const hash = next.resources[key]?.hash;
  const goesOn = again && isSameRun(before.falls, hash);
  const falls = goesOn ? before.falls : noFalls;
  const troubles = isTold({ ...falls, count: falls.count + 1 }) ? [] : before.troubles;
  if (before.ready && again && !before.isFailing && (before.hash ?? hash) === hash)
    return { lines: [], now: { ...before, troubles } };
  const said = { ready: true, refs, hash, left: false, at: event.at, isFailing: false };
  const now: Said = { ...before, ...said, troubles, falls };
  return { lines: isTold(falls) ? [`${name}  ${readyWords(change, images, again)}`] : [], now };
}

function sayNotCurrent(change: Change, refs: string): Word {
  const { key, name, next, before } = change;
  // A Job that runs once more is not down.
  const runs = resourceParts(key).kind === 'Job';
  const fell = before.ready && !runs && isDown(next, key);
  const falls = fell ? afterFall(before.falls, fallOf(change)) : before.falls;
  const down = isTold(falls) ? [`${name}  not ready: ${readyPods(next, key)}${timesWords(falls)}`] : [];
  const left = before.left || (before.at > 0 && refs !== before.refs);
  return {
    lines: fell ? down : rolloutLines(change),
    now: { ...before, left, ready: before.ready && !fell && !runs, falls },
  };
}

function readyWords(change: Change, images: readonly ImageState[], again: boolean): string {
  const { key, next, before } = change;
  if (resourceParts(key).kind === 'Job') return 'done';
  if (again) return 'ready again';
  const pods = podsByWorkload(next).get(key) ?? [];
  const live = leadImages(images, pods)
    .map((image) => image.generation)
    .join(', ');
  return live === ''
    ? `ready${readyAfter({ ...change, since: before.at }, images)}`
    : `ready: generation ${live} live${readyAfter({ ...change, since: before.at }, images)}`;
}

/** The same trouble of the same image is told once, whichever pod has it and however often it restarts. */
function sayTrouble({ key, event, next, before }: Change): {
  lines: string[];
  now: Pick<Said, 'troubles' | 'troubleAt' | 'isFailing'>;
} {
  const { troubleAt, isFailing } = before;
  const isOld = before.at > troubleAt && event.at - before.at >= CALM_MS;
  const troubles = isOld ? [] : before.troubles;
  const [first] = workloadFailures(next, key, podsByWorkload(next).get(key) ?? []);
  if (!first || troubles.includes(first.id)) return { lines: [], now: { troubles, troubleAt, isFailing } };
  const told = [...troubles, first.id].slice(-KEPT_TROUBLES);
  const now = { troubles: told, troubleAt: event.at, isFailing: true };
  return { lines: failureText(first.failure), now };
}

function fallOf({ key, event, next, before }: Change): Fall {
  return { hash: next.resources[key]?.hash ?? '', at: event.at, upSince: before.at };
}

function rolloutLines({ key, name, event, previous, next, before }: Change): string[] {
  if (event.type !== 'workload.observed') return [];
  const { rollout, reason, desired } = event.workload;
  const known = previous.workloads[key];
  if (known?.rollout === rollout && known.reason === reason && known.desired === desired) return [];
  if (rollout === 'failed') return [`${name}  rollout failed${reason === undefined ? '' : `: ${reason}`}`];
  const isOldNews =
    !before.ready && !isTold(before.falls) && isSameRun(before.falls, next.resources[key]?.hash);
  if (rollout === 'progressing' && desired > 1 && !isOldNews)
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
