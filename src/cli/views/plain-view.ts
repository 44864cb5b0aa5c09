import { createPlainPrinter } from '../../logs/plain-printer.ts';

import { createPlainLines } from '../../ui/plain-lines.ts';
import { formatFailure } from '../report-error.ts';
import { untilStopping, type View } from './view.ts';

/** Facts worth telling as lines on stderr, log lines on stdout: for pipes, CI, and people who like to scroll. */
export function createPlainView(): View {
  const terminal = process.stdout.isTTY === true;
  const printer = createPlainPrinter(process.stdout, {
    colour: terminal && process.stdout.hasColors(),
    terminal,
  });
  return {
    show: ({ session, notes, warnings }) => {
      for (const note of notes) console.error(note);
      for (const warning of warnings) console.error(formatFailure(warning, 'warning'));
      const plainLines = createPlainLines();
      session.subscribe((event, before, after) => {
        for (const line of plainLines(before, event, after)) console.error(line);
      });
      return untilStopping(session);
    },
    lines: (lines) => printer.print(lines),
    notice: (failure) => console.error(formatFailure(failure, 'warning')),
  };
}
