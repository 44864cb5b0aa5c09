import type { SessionEvent } from './events.ts';
import { patch } from './patch.ts';
import type { ImageState, SessionState } from './state.ts';
import { maySync } from './sync-targets.ts';

/** How many refs of an image are remembered, to tell which generation a pod runs. */
const KEPT_REFS = 20;

type Images = SessionState['images'];
type BuildEvent = Extract<
  SessionEvent,
  { type: 'build.started' | 'build.progressed' | 'build.succeeded' | 'build.failed' }
>;

/** Saves raise an image's generation; results of an older generation change nothing. */
export function reduceImages(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'files.changed':
      return patch(state, { images: changed(state, event) });
    case 'rebuild.requested': {
      const isAll = event.images.length === 0 && event.workloads === undefined;
      const names = isAll ? Object.keys(state.images) : event.images;
      return patch(state, { images: raise(state.images, names, event.at, {}) });
    }
    case 'retry.due': {
      const names = event.what === 'image' ? [event.name] : [];
      return patch(state, { images: raise(state.images, names, event.at, {}) });
    }
    case 'image.settled':
      return settled(state, event);
    case 'build.started':
    case 'build.progressed':
    case 'build.failed':
    case 'build.succeeded':
      return reduceBuild(state, event);
    default:
      return state;
  }
}

function reduceBuild(state: SessionState, event: BuildEvent): SessionState {
  const image = state.images[event.image];
  if (!image || event.generation !== buildableGeneration(image)) return state;
  const images = { ...state.images, [image.name]: afterBuildEvent(image, event) };
  if (event.type !== 'build.succeeded' || image.built?.ref === event.ref) return { ...state, images };
  const users = Object.values(images).filter((other) => other.needs.includes(image.name) && hasBegun(other));
  const names = users.map((user) => user.name);
  return { ...state, images: raise(images, names, event.at, {}) };
}

function afterBuildEvent(image: ImageState, event: BuildEvent): ImageState {
  const { build, failed: _failed, ...rest } = image;
  const { generation, at } = event;
  switch (event.type) {
    case 'build.started': {
      // What was synced is lost to the containers that come; what they had, the build has.
      const { sync: _sync, ...fresh } = rest;
      return { ...fresh, build: { generation, startedAt: at, ref: event.ref } };
    }
    case 'build.progressed': {
      const { step, index, total } = event;
      return build ? { ...rest, build: { ...build, step, index, total } } : image;
    }
    case 'build.failed':
      return {
        ...ended(rest, at),
        failed: { generation, failure: event.failure, at, ...(build ? { ref: build.ref } : {}) },
      };
    case 'build.succeeded': {
      const { ref, skipped, durationMs } = event;
      const refs = [...image.refs.filter((known) => known.ref !== ref), { ref, generation }].slice(
        -KEPT_REFS,
      );
      const { sync: _sync, ...fresh } = ended(rest, at);
      return { ...fresh, built: { generation, ref, skipped, durationMs, at }, refs };
    }
  }
}

/** An image that still waits for its first build takes the new base anyway. */
function hasBegun(image: ImageState): boolean {
  return Boolean(image.built ?? image.build ?? image.failed);
}

/** A save of nothing but files that may be written into the running containers needs no build. */
function changed(
  state: SessionState,
  { images: files, synced = [], at }: Extract<SessionEvent, { type: 'files.changed' }>,
): Images {
  const raised = raise(state.images, Object.keys(files), at, files);
  const syncs = Object.values(state.images).flatMap((image): [string, ImageState][] => {
    const next = raised[image.name];
    if (!synced.includes(image.name) || !next) return [];
    const { syncRefused } = image;
    if (syncRefused !== undefined) return [[image.name, { ...next, syncRefused }]];
    return maySync(state, image) ? [[image.name, { ...next, sync: image.sync ?? { targets: {} } }]] : [];
  });
  return syncs.length === 0 ? raised : { ...raised, ...Object.fromEntries(syncs) };
}

/** Raises the generation of images, of those that there are: what was written into containers is then built. */
export function raise(
  images: Images,
  names: readonly string[],
  at: number,
  files: Readonly<Record<string, readonly string[]>>,
): Images {
  const raised = names.flatMap((name) => {
    const image = images[name];
    if (!image) return [];
    return [[name, raisedImage(image, at, files[name] ?? [])]];
  });
  return raised.length === 0 ? images : { ...images, ...Object.fromEntries(raised) };
}

function raisedImage(image: ImageState, at: number, changedFiles: readonly string[]): ImageState {
  const { sync: _sync, syncRefused: _refused, ...kept } = image;
  const raised = { ...kept, generation: image.generation + 1, changedAt: at, changedFiles };
  if (image.restless !== undefined) return raised;
  const { build: _, ...rest } = raised;
  const quiet = quietAfter(image, at);
  return quiet === undefined ? rest : { ...rest, settling: { since: image.settling?.since ?? at, quiet } };
}

/** Bounds of the quiet after which a build that was overtaken is begun anew, in ms. */
const LEAST_QUIET = 300;
const MOST_QUIET = 2000;

/**
 * Saves come in bursts (save all, a formatter, a person who sees a typo). The longer builds take, the longer it pays to
 * wait for the last: a fifth of a build, and in a burst twice the time between two saves. Undefined: nothing is overtaken.
 */
function quietAfter({ build, built, settling, changedAt }: ImageState, at: number): number | undefined {
  if (settling) return Math.min(MOST_QUIET, Math.max(settling.quiet, 2 * (at - changedAt)));
  if (!build) return undefined;
  const took = Math.max(built?.durationMs ?? 0, at - build.startedAt);
  return Math.min(MOST_QUIET, Math.max(LEAST_QUIET, took / 5));
}

function settled(state: SessionState, event: Extract<SessionEvent, { type: 'image.settled' }>): SessionState {
  const image = state.images[event.image];
  if (!image?.settling || image.generation !== event.generation) return state;
  const { settling: _, ...rest } = image;
  const next = event.restless ? { ...rest, restless: image.generation } : rest;
  return { ...state, images: { ...state.images, [image.name]: next } };
}

/** After a build that was let run to its end, saves that came meanwhile wait for a moment of quiet again. */
function ended({ restless, ...image }: ImageState, at: number): ImageState {
  const isOvertaken = restless !== undefined && restless < image.generation;
  return isOvertaken ? { ...image, settling: { since: at, quiet: MOST_QUIET } } : image;
}

/** The generation that a build may be of: the newest, but for saves that never cease. Pure. */
export function buildableGeneration({ generation, restless }: ImageState): number {
  return restless ?? generation;
}
