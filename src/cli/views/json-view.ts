import { encodeEvent } from '../../session/event-log.ts';
import { formatFailure } from '../report-error.ts';
import { untilStopping, type View } from './view.ts';

/** Each fact as one JSON line on stdout; warnings on stderr. */
export function createJsonView(): View {
  return {
    show: ({ session, warnings }) => {
      for (const warning of warnings) console.error(formatFailure(warning, 'warning'));
      session.subscribe((event) => process.stdout.write(`${encodeEvent(event)}\n`));
      return untilStopping(session);
    },
  };
}
