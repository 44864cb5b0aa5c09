import { askSession, type SessionOptions } from '../ask-session.ts';

/** `rockpool pause`: changes are collected and not acted on. */
export function pause(options: SessionOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    await client.call('pause', {}, signal);
    console.error('paused: changes are collected; `rockpool resume` acts on them');
    return 0;
  });
}
