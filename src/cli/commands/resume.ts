import { askSession, type SessionOptions } from '../ask-session.ts';

/** `rockpool resume`: acts on what changed while the session was paused, and on every save again. */
export function resume(options: SessionOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    await client.call('resume', {}, signal);
    console.error('resumed');
    return 0;
  });
}
