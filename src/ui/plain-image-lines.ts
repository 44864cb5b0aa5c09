import type { SessionEvent } from '../session/events.ts';
import { formatBytes } from './byte-size.ts';

/** Lines of images in the daemon: old ones deleted, one that somebody else deleted. Pure. */
export function plainImageLines(event: SessionEvent): string[] {
  switch (event.type) {
    case 'images.pruned': {
      const { length } = event.refs;
      const what = `${length} old ${length === 1 ? 'image' : 'images'}`;
      return length === 0 ? [] : [`images  ${what} deleted, ${formatBytes(event.bytes)}`];
    }
    case 'image.gone':
      return [`${event.image}  ${event.ref} is not on the node any more: it is built again`];
    default:
      return [];
  }
}
