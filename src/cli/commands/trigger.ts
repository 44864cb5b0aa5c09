import type { CallResult } from '../../control/protocol.ts';
import { askSession, type SessionOptions } from '../ask-session.ts';

/** `rockpool trigger`: builds and applies again as if it had been saved. */
export function trigger(name: string | undefined, options: SessionOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    const asked = await client.call('trigger', name === undefined ? {} : { name }, signal);
    console.error(name === undefined ? 'triggered: everything is built and applied' : words(asked));
    if (asked.paused) console.error('The session is paused: it begins after `rockpool resume`.');
    return 0;
  });
}

/** "triggered: builds shop/web, applies web" */
function words({ images, workloads }: CallResult<'trigger'>): string {
  const builds = images.length === 0 ? [] : [`builds ${images.join(', ')}`];
  const applies = workloads.length === 0 ? [] : [`applies ${workloads.join(', ')}`];
  const none = workloads.length > 0 && images.length === 0 ? ' (no image of the project is in it)' : '';
  return `triggered: ${[...builds, ...applies].join(', ')}${none}`;
}
