import { type Failure, formatPlace } from '../../session/failure.ts';
import { failureSubject, lastLines } from '../failure-text.ts';
import { cut, wrapWords } from '../fit-width.ts';
import { fillPane, type PaneBox, ruleLine } from './pane.ts';

/** A failure message longer than this is cut: the output below it says more. */
const MESSAGE_LINES = 4;
/** Lines of output that are worth a place on screen. */
const OUTPUT_LINES = 12;

/** How many lines the failure would like to have. Pure. */
export function failureHeight(failure: Failure | undefined, width: number): number {
  if (!failure) return 0;
  const { top, output, bottom } = parts(failure, width);
  return 1 + top.length + output.length + bottom.length;
}

/** A failure: what, where, the last lines that matter, what to do. Short of room, output goes first. Pure. */
export function failureLines(box: PaneBox, failures: readonly Failure[], index: number): string[] {
  const failure = failures[index];
  if (!failure || box.height <= 0) return fillPane(box, []);
  const { paint } = box;
  const note = failures.length > 1 ? `${index + 1} of ${failures.length}, e: next` : '';
  const title = ruleLine(box, `✗ ${failureSubject(failure)}`, note, 'red');
  const { top, output, bottom } = parts(failure, box.width);
  const room = Math.max(0, box.height - 1 - top.length - bottom.length);
  const shown = room === 0 ? [] : output.slice(-room).map((line) => paint(line, 'dim'));
  const place = failure.at ? [paint(`  ${formatPlace(failure.at)}`, 'cyan')] : [];
  const lines = [
    ...top.slice(0, top.length - place.length),
    ...place,
    ...shown,
    ...bottom.map((l) => paint(l, 'yellow')),
  ];
  return fillPane(box, [title, ...lines]);
}

function parts(failure: Failure, width: number) {
  const wrapped = (text: string, max: number) =>
    wrapWords(text, width - 3)
      .slice(0, max)
      .map((line) => `  ${line}`);
  return {
    top: [
      ...wrapped(failure.message, MESSAGE_LINES),
      ...(failure.at ? [`  ${formatPlace(failure.at)}`] : []),
    ],
    output: lastLines(failure.output, OUTPUT_LINES).map((line) => cut(`  | ${line}`, width)),
    bottom: [
      ...(failure.hint === undefined ? [] : wrapped(failure.hint, 2)),
      ...(failure.command === undefined ? [] : [`  $ ${failure.command}`]),
    ],
  };
}
