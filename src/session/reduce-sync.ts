import type { SessionEvent } from './events.ts';
import type { ImageState, SessionState } from './state.ts';

type SyncEvent = Extract<
  SessionEvent,
  { type: 'sync.started' | 'sync.succeeded' | 'sync.answered' | 'sync.failed' }
>;

/** Files that were written into running containers instead of a build. What is not of the newest save changes nothing. */
export function reduceSync(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'sync.started':
    case 'sync.succeeded':
    case 'sync.answered':
    case 'sync.failed': {
      const image = state.images[event.image];
      if (!image?.sync || image.generation !== event.generation) return state;
      return { ...state, images: { ...state.images, [image.name]: afterSync(image, image.sync, event) } };
    }
    default:
      return state;
  }
}

function afterSync(image: ImageState, sync: NonNullable<ImageState['sync']>, event: SyncEvent): ImageState {
  const { generation } = event;
  switch (event.type) {
    case 'sync.started': {
      const known = event.targets.map((id): [string, number] => [id, sync.targets[id] ?? 0]);
      return { ...image, sync: { ...sync, targets: { ...sync.targets, ...Object.fromEntries(known) } } };
    }
    case 'sync.succeeded': {
      const written = event.targets.map((id): [string, number] => [id, generation]);
      const targets = { ...sync.targets, ...Object.fromEntries(written) };
      const refs = image.refs.map((known) =>
        known.ref === image.built?.ref ? { ...known, generation } : known,
      );
      const { answered: _, ...rest } = sync;
      return { ...image, refs, sync: { ...rest, targets, done: generation, ref: event.ref, at: event.at } };
    }
    case 'sync.answered':
      return sync.done === generation ? { ...image, sync: { ...sync, answered: generation } } : image;
    case 'sync.failed': {
      const { sync: _, ...rest } = image;
      return event.lasting ? { ...rest, syncRefused: event.failure.message } : rest;
    }
  }
}
