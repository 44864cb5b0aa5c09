import type { SessionEvent } from './events.ts';
import { raise } from './reduce-images.ts';
import type { ImageState, SessionState } from './state.ts';

/** An image that was missed less long ago than this, in ms, is missed once more in a row. */
const IN_A_ROW = 600_000;

/** Images that were deleted from the daemon behind our back are built again, with those they are built on. */
export function reduceGone(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'image.gone':
      return gone(state, event);
    case 'pods.woken':
      return woken(state, event);
    default:
      return state;
  }
}

function gone(
  state: SessionState,
  { image: name, ref, at }: Extract<SessionEvent, { type: 'image.gone' }>,
): SessionState {
  const image = state.images[name];
  if (image?.built?.ref !== ref || !isBuilt(image)) return state;
  const { gone: before } = image;
  const again = before?.ref === ref && at - before.at <= IN_A_ROW;
  const missed = { ...image, gone: { ref, at, times: again ? before.times + 1 : 1 } };
  const names = [name, ...basesOf(state, name)].filter((each) => isBuilt(state.images[each]));
  return { ...state, images: raise({ ...state.images, [name]: missed }, names, at, {}) };
}

/** Everything that an image is built on, near and far. */
function basesOf({ images }: SessionState, name: string): string[] {
  const found = new Set<string>();
  const follow = (from: string) => {
    for (const need of images[from]?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      follow(need);
    }
  };
  follow(name);
  return [...found];
}

/** One that waits for its build already is built anyway. */
function isBuilt(image: ImageState | undefined): boolean {
  return image?.built !== undefined && image.built.generation === image.generation;
}

function woken(
  state: SessionState,
  { image: name, generation, pods, at }: Extract<SessionEvent, { type: 'pods.woken' }>,
): SessionState {
  const image = state.images[name];
  if (!image) return state;
  const known = image.woken?.generation === generation ? image.woken.pods : [];
  const all = [...new Set([...known, ...pods])];
  return {
    ...state,
    images: { ...state.images, [name]: { ...image, woken: { generation, at, pods: all } } },
  };
}
