import type { SessionEvent } from '../session/events.ts';
import { formatBytes } from './byte-size.ts';

/** Lines of images in the daemon: old ones deleted. Pure. */
export function plainImageLines(event: SessionEvent): string[] {
  if (event.type !== 'images.pruned' || event.refs.length === 0) return [];
  const { length } = event.refs;
  return [`images  ${length} old ${length === 1 ? 'image' : 'images'} deleted, ${formatBytes(event.bytes)}`];
}
