import stringWidth from 'string-width';
import { type Failure, formatPlace } from '../../session/failure.ts';
import { tellingLines } from '../../session/telling-lines.ts';
import { failureSubject, lastLines } from '../failure-text.ts';
import { cut, wrapWords } from '../fit-width.ts';
import { fillPane, type PaneBox, ruleLine } from './pane.ts';

/** A failure message or hint longer than this is cut: the output below it says more. */
const TEXT_LINES = 4;
/** Lines of output that are worth a place on screen. */
const OUTPUT_LINES = 12;

/** How many lines the failure would like to have. Pure. */
export function failureHeight(failure: Failure | undefined, width: number): number {
  if (!failure) return 0;
  const { top, output, bottom } = parts(failure, width);
  return 1 + top.length + output.length + bottom.length;
}

/** A failure: what, where, the last lines that matter, what to do. Short of room, output goes first, then the message. Pure. */
export function failureLines(box: PaneBox, failures: readonly Failure[], index: number): string[] {
  const failure = failures[index];
  if (!failure || box.height <= 0) return fillPane(box, []);
  const { paint } = box;
  const note = failures.length > 1 ? `${index + 1} of ${failures.length}, e: next` : '';
  const title = ruleLine(box, `✗ ${failureSubject(failure)}`, note, 'red');
  const { top: whole, output, bottom } = parts(failure, box.width);
  const top = shortened(whole, box.height - 1 - bottom.length, failure.at ? 1 : 0);
  const room = Math.max(0, box.height - 1 - top.length - bottom.length);
  const shown = tellingLines(output, room).map((line) => paint(cut(`  | ${line}`, box.width), 'dim'));
  const place = failure.at ? [paint(`  ${formatPlace(failure.at)}`, 'cyan')] : [];
  const lines = [
    ...top.slice(0, top.length - place.length),
    ...place,
    ...shown,
    ...bottom.map((l) => paint(l, 'yellow')),
  ];
  return fillPane(box, [title, ...lines]);
}

/** What to do is worth more than the end of a long message. @param places how many of the last lines say where */
function shortened(top: readonly string[], room: number, places: number): readonly string[] {
  const message = top.slice(0, top.length - places);
  return [...message.slice(0, Math.max(1, room - places)), ...top.slice(message.length)];
}

function parts(failure: Failure, width: number) {
  const wrapped = (text: string, max: number) =>
    wrapWords(text, width - 3)
      .slice(0, max)
      .map((line) => `  ${line}`);
  return {
    top: [...wrapped(failure.message, TEXT_LINES), ...(failure.at ? [`  ${formatPlace(failure.at)}`] : [])],
    output: tellingLines(lastLines(failure.output, OUTPUT_LINES), OUTPUT_LINES),
    bottom: [
      ...(failure.hint === undefined ? [] : wrapped(failure.hint, TEXT_LINES)),
      ...(failure.command === undefined ? [] : commandLines(failure.command, width)),
    ],
  };
}

/** The command in full, so that it can be copied: broken between words, as a shell takes it. */
function commandLines(command: string, width: number): string[] {
  const room = width - 7;
  const fits = command.split(/\s/).every((word) => stringWidth(word) <= room);
  const lines = wrapWords(command, room);
  const end = (n: number) => (fits && n < lines.length - 1 ? ' \\' : '');
  return lines.map((line, n) => `  ${n === 0 ? '$' : ' '} ${line}${end(n)}`);
}
