import type { Background, Tools } from './controller.ts';
import { EVENTS } from './objects.ts';

/** ms that an Event is kept, as an apiserver does by default */
const KEPT = 60 * 60 * 1000;

/** ms between two looks */
const PERIOD = 60_000;

/** Takes Events away that are older than an hour. */
export function createEventExpiry({ objects, now }: Tools): Background {
  return {
    listen(add) {
      add('all');
      return () => {};
    },
    sync() {
      for (const event of objects.list(EVENTS)) {
        const last = Date.parse(String(event.lastTimestamp ?? event.metadata.creationTimestamp));
        if (last + KEPT < now()) objects.delete(EVENTS, event);
      }
      return PERIOD;
    },
  };
}
