import type { Hold, Part } from './effect.ts';
import { isBlind } from './is-blind.ts';
import { isReadingConfig } from './is-reading-config.ts';
import { buildableGeneration } from './reduce-images.ts';
import type { ImageState, SessionState } from './state.ts';

/** How people learn that it was them. */
export const PAUSED = 'paused: `rockpool resume` goes on';

export const READING = 'reading rockpool.yaml';

/** Each image whose newest save is not built yet, unless it waits for something. Pure. */
export function planBuilds(state: SessionState): Part {
  const pending = Object.values(state.images).filter(isPending);
  const parts = pending.map((image) => planBuild(state, image));
  return { effects: parts.flatMap((part) => part.effects), holds: parts.flatMap((part) => part.holds) };
}

function planBuild(state: SessionState, image: ImageState): Part {
  const hold = holdFor(state, image);
  if (hold) return { effects: [], holds: [{ what: image.name, ...hold }] };
  const { name, needs, settling } = image;
  const generation = buildableGeneration(image);
  if (settling) {
    const key = `settle:${name}@${generation}`;
    return {
      effects: [{ type: 'settle', key, lane: `settle:${name}`, image: name, generation, ...settling }],
      holds: [{ type: 'saves', what: name, reason: 'waiting for the last of several saves' }],
    };
  }
  const refs = Object.fromEntries(needs.flatMap((need) => refOf(state, need)));
  return {
    effects: [
      {
        type: 'build',
        key: `build:${name}@${generation}`,
        lane: `build:${name}`,
        request: { image: name, generation, refs },
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

function isPending(image: ImageState): boolean {
  if (image.restless !== undefined) return true;
  return image.built?.generation !== image.generation && image.failed?.generation !== image.generation;
}

function refOf(state: SessionState, name: string): [string, string][] {
  const ref = state.images[name]?.built?.ref;
  return ref === undefined ? [] : [[name, ref]];
}

function holdFor(state: SessionState, image: ImageState): Omit<Hold, 'what'> | undefined {
  const { watch } = state;
  if (isBlind(state)) return { type: 'sources', reason: 'starting to watch the sources' };
  if (image.build?.generation !== buildableGeneration(image)) {
    if (state.paused) return { type: 'paused', reason: PAUSED };
    if (watch.held !== undefined) return { type: 'git', reason: watch.held };
    if (isReadingConfig(state)) return { type: 'sources', reason: READING };
  }
  for (const need of image.needs) {
    const needed = state.images[need];
    if (!needed || needed.built?.generation === needed.generation) continue;
    return needed.failed?.generation === needed.generation
      ? { type: 'failed-image', reason: `image ${need} does not build` }
      : { type: 'image', reason: `waiting for image ${need}` };
  }
  return undefined;
}
