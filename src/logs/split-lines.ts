import { logTime } from './log-time.ts';

/** A line as the kubelet sends it. */
export interface TimedLine {
  /** as it was given; empty when the line has none: then the kubelet itself speaks, not the container */
  readonly time: string;
  readonly text: string;
}

/** Makes lines of bytes that come in pieces. */
export interface LineSplitter {
  /** The lines that these bytes complete. */
  push(chunk: Uint8Array): TimedLine[];
  /** What came after the last line end, if anything: a whole line only when the stream was read to its end. */
  rest(): TimedLine | undefined;
}

/** Bytes after which a line is cut in two, so that a program that never ends its line does not fill the memory. */
const LONGEST = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;

/**
 * Splits at line ends (LF, CR LF), takes the time off each line, and replaces invalid UTF-8. Only whole lines are
 * decoded, each for itself, so that a kept line holds no more memory than its own.
 */
export function createLineSplitter(longest = LONGEST): LineSplitter {
  let parts: Uint8Array[] = [];
  let size = 0;
  /** of a line that was cut: its other pieces have none of their own */
  let cutTime: string | undefined;

  const keep = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    parts.push(bytes);
    size += bytes.length;
  };
  const take = (isWhole: boolean): TimedLine => {
    const bytes = Buffer.concat(parts, size);
    parts = [];
    size = 0;
    const line =
      cutTime === undefined ? timed(bytes, isWhole) : { time: cutTime, text: textOf(bytes, isWhole) };
    cutTime = isWhole ? undefined : line.time;
    return line;
  };

  return {
    push(chunk) {
      const lines: TimedLine[] = [];
      for (let from = 0; from < chunk.length; ) {
        const newline = chunk.indexOf(NEWLINE, from);
        const end = newline === -1 ? chunk.length : newline;
        const room = longest - size;
        if (end - from > room) {
          keep(chunk.subarray(from, from + room));
          lines.push(take(false));
          from += room;
          continue;
        }
        keep(chunk.subarray(from, end));
        if (newline !== -1) lines.push(take(true));
        from = end + 1;
      }
      return lines;
    },
    rest: () => (size === 0 ? undefined : take(true)),
  };
}

function timed(bytes: Buffer, isWhole: boolean): TimedLine {
  const space = bytes.subarray(0, LONGEST_TIME + 1).indexOf(SPACE);
  const time = bytes.toString('latin1', 0, space === -1 ? withoutReturn(bytes, isWhole) : space);
  if (time.length > LONGEST_TIME || logTime(time) === undefined)
    return { time: '', text: textOf(bytes, isWhole) };
  return { time, text: space === -1 ? '' : textOf(bytes.subarray(space + 1), isWhole) };
}

/** `2026-11-21T10:00:00.000000000+02:00` */
const LONGEST_TIME = 35;

function textOf(bytes: Buffer, isWhole: boolean): string {
  return bytes.toString('utf8', 0, withoutReturn(bytes, isWhole));
}

function withoutReturn(bytes: Buffer, isWhole: boolean): number {
  return isWhole && bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
}
