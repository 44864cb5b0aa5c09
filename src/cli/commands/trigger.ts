import { askSession, type SessionOptions } from '../ask-session.ts';

/** `rockpool trigger`: builds and applies again as if it had been saved. */
export function trigger(name: string | undefined, options: SessionOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    const { images } = await client.call('trigger', name === undefined ? {} : { name }, signal);
    console.error(
      images.length === 0 && name === undefined ? 'triggered everything' : `triggered ${images.join(', ')}`,
    );
    return 0;
  });
}
