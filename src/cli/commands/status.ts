import { statusText } from '../../control/status-text.ts';
import { askSession, type SessionOptions } from '../ask-session.ts';

export interface OutputOptions extends SessionOptions {
  readonly output: 'text' | 'json';
}

/** `rockpool status`: how the session of the project is, on stdout. */
export function status(options: OutputOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    const found = await client.call('status', {}, signal);
    console.log(options.output === 'json' ? JSON.stringify(found, undefined, 2) : statusText(found));
    return 0;
  });
}
