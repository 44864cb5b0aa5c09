import type { Hold, Part } from './effect.ts';
import { isBlind } from './is-blind.ts';
import { isReadingConfig } from './is-reading-config.ts';
import { buildableGeneration } from './reduce-images.ts';
import type { ImageState, SessionState } from './state.ts';
import { isMade, isStuck } from './sync-targets.ts';

/** How people learn that it was them. */
export const PAUSED = 'paused: `rockpool resume` goes on';

export const READING = 'reading rockpool.yaml';

/** Each image whose newest save is not built yet, unless it waits for something. Pure. */
export function planBuilds(state: SessionState): Part {
  const pending = Object.values(state.images).filter((image) => isPending(state, image));
  const parts = pending.map((image) => planBuild(state, image));
  return { effects: parts.flatMap((part) => part.effects), holds: parts.flatMap((part) => part.holds) };
}

function planBuild(state: SessionState, image: ImageState): Part {
  const hold = buildHold(state, image);
  if (hold) return { effects: [], holds: [{ what: image.name, ...hold }] };
  const { name, settling } = image;
  const generation = buildableGeneration(image);
  if (settling) {
    const key = `settle:${name}@${generation}`;
    return {
      effects: [{ type: 'settle', key, lane: `settle:${name}`, image: name, generation, ...settling }],
      holds: [{ type: 'saves', what: name, reason: 'waiting for the last of several saves' }],
    };
  }
  return {
    effects: [
      {
        type: 'build',
        key: `build:${name}@${generation}`,
        lane: `build:${name}`,
        request: { image: name, generation, refs: neededRefs(state, image) },
      },
    ],
    holds: restlessHolds(image),
  };
}

function restlessHolds({ name, restless, generation, changedFiles }: ImageState): Hold[] {
  if (restless === undefined || restless === generation) return [];
  const file = changedFiles[0] ?? 'a file of it';
  return [
    {
      type: 'saves',
      what: name,
      reason: `${file} does not cease to change: generation ${restless} is built first`,
    },
  ];
}

function isPending(state: SessionState, image: ImageState): boolean {
  if (image.restless !== undefined) return true;
  if (image.failed?.generation === image.generation) return false;
  // What was synced into a container that ended is lost: then the image is built after all.
  if (image.sync) return isStuck(state, image);
  return !isMade(image);
}

/** Refs of the images that an image is built on. Pure. */
export function neededRefs(state: SessionState, { needs }: ImageState): Readonly<Record<string, string>> {
  return Object.fromEntries(needs.flatMap((need) => refOf(state, need)));
}

function refOf(state: SessionState, name: string): [string, string][] {
  const ref = state.images[name]?.built?.ref;
  return ref === undefined ? [] : [[name, ref]];
}

/** Why what was saved of an image is not acted on yet. Pure. */
export function buildHold(state: SessionState, image: ImageState): Omit<Hold, 'what'> | undefined {
  const { watch } = state;
  if (isBlind(state)) return { type: 'sources', reason: 'starting to watch the sources' };
  if (image.build?.generation !== buildableGeneration(image)) {
    if (state.paused) return { type: 'paused', reason: PAUSED };
    if (watch.held !== undefined) return { type: 'git', reason: watch.held };
    if (isReadingConfig(state)) return { type: 'sources', reason: READING };
  }
  for (const need of image.needs) {
    const needed = state.images[need];
    if (!needed || isMade(needed)) continue;
    return needed.failed?.generation === needed.generation
      ? { type: 'failed-image', reason: `image ${need} does not build` }
      : { type: 'image', reason: `waiting for image ${need}` };
  }
  return undefined;
}
