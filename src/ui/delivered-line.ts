import type { EventBody } from '../session/events.ts';
import { formatTook } from './duration.ts';

/** "web  brought to the nodes by minikube image load in 2.3 s", or that the nodes had it. Pure. */
export function deliveredLine({
  image,
  way,
  skipped,
  durationMs,
}: Extract<EventBody, { type: 'image.delivered' }>): string {
  return skipped
    ? `${image}  is on the nodes already`
    : `${image}  brought to the nodes by ${way} in ${formatTook(durationMs)}`;
}
