import type { LogLine } from '../../logs/log-line.ts';
import { prefixColour } from '../../logs/prefix-colour.ts';
import { stripAllEscapes } from '../../logs/strip-escapes.ts';
import { cut } from '../fit-width.ts';
import type { Paint } from '../paint.ts';

/** Below this width pod names lose their hash, and the container is named only where it tells something. */
const NARROW = 110;

/**
 * A log line in at most `width` cells: pod and container in stern's colours, then the text with its own colours. Lines
 * are written once and kept with the line, so that following costs only what is new.
 */
export function logLineText(line: LogLine, width: number, paint: Paint): string {
  const known = written.get(line);
  if (known?.width === width && known.paint === paint) return known.text;
  const text = write(line, width, paint);
  written.set(line, { width, paint, text });
  return text;
}

const written = new WeakMap<LogLine, { width: number; paint: Paint; text: string }>();

function write(line: LogLine, width: number, paint: Paint): string {
  const colour = prefixColour(line.pod);
  const { pod, container } = width < NARROW ? shortPrefix(line) : line;
  const prefix = [
    paint(pod, colour.pod),
    ...(container === '' ? [] : [paint(container, colour.container)]),
  ].join(' ');
  return cut(`${prefix} ${messageText(line.text, width, paint)}`, width);
}

/** Most of a cell is one character; colours take more. A line may be megabytes long. */
const CHARACTERS_PER_CELL = 16;

/** What can be seen of a line. Colours end with it, whether its program ended them or not. */
function messageText(text: string, width: number, paint: Paint): string {
  const head = text.slice(0, CHARACTERS_PER_CELL * width).replace(/\x1b\[[\d;:]*$/, '');
  const expanded = head.replaceAll('\t', '    ');
  if (!expanded.includes('\x1b')) return expanded;
  return paint.colour ? `${expanded}\x1b[0m` : stripAllEscapes(expanded);
}

/** `web-7d9f8c6b5-x2x4k` of a ReplicaSet is `web-x2x4k`; a container named like its pod goes without saying. */
function shortPrefix({ pod, container }: LogLine): { pod: string; container: string } {
  const short = pod.replace(/-[0-9a-z]{6,10}(-[0-9a-z]{5})$/, '$1');
  return { pod: short, container: short.startsWith(container) ? '' : container };
}
