import { chooseForward } from '../../control/choose-forward.ts';
import { askSession, type SessionOptions } from '../ask-session.ts';
import { openBrowser } from '../open-browser.ts';

/** `rockpool open`: prints the address of a forward and opens it in the browser where there is one. */
export function open(name: string | undefined, options: SessionOptions): Promise<number> {
  return askSession(options, async (client, signal) => {
    const { forwards } = await client.call('status', {}, signal);
    const address = chooseForward(forwards, name);
    console.log(address);
    if (address.startsWith('http://') && !(await openBrowser(address))) {
      console.error('there is no browser to open it in');
    }
    return 0;
  });
}
