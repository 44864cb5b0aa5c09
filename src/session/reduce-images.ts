import type { SessionEvent } from './events.ts';
import { patch } from './patch.ts';
import type { ImageState, SessionState } from './state.ts';

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
      return patch(state, { images: raise(state.images, Object.keys(event.images), event.at, event.images) });
    case 'rebuild.requested': {
      const names = event.images.length > 0 ? event.images : Object.keys(state.images);
      return patch(state, { images: raise(state.images, names, event.at, {}) });
    }
    case 'image.settled':
      return settled(state, event.image, event.generation);
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
  if (!image || event.generation !== image.generation) return state;
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
    case 'build.started':
      return { ...rest, build: { generation, startedAt: at, ref: event.ref } };
    case 'build.progressed': {
      const { step, index, total } = event;
      return build ? { ...rest, build: { ...build, step, index, total } } : image;
    }
    case 'build.failed':
      return { ...rest, failed: { generation, failure: event.failure, at } };
    case 'build.succeeded': {
      const { ref, skipped, durationMs } = event;
      const refs = [...image.refs.filter((known) => known.ref !== ref), { ref, generation }].slice(
        -KEPT_REFS,
      );
      return { ...rest, built: { generation, ref, skipped, durationMs, at }, refs };
    }
  }
}

/** An image that still waits for its first build takes the new base anyway. */
function hasBegun(image: ImageState): boolean {
  return Boolean(image.built ?? image.build ?? image.failed);
}

function raise(
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
  const { build, ...rest } = image;
  const raised = { ...rest, generation: image.generation + 1, changedAt: at, changedFiles };
  return build && image.settlingSince === undefined ? { ...raised, settlingSince: at } : raised;
}

function settled(state: SessionState, name: string, generation: number): SessionState {
  const image = state.images[name];
  if (image?.settlingSince === undefined || image.generation !== generation) return state;
  const { settlingSince: _, ...rest } = image;
  return { ...state, images: { ...state.images, [name]: rest } };
}
