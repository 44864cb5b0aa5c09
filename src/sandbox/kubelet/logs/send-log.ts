import type { InstanceLog, KeptLine } from './instance-log.ts';
import type { LogOptions } from './log-options.ts';

/** Bytes that are sent at once. */
const PIECE = 64 * 1024;

/** Sends what is wanted of a log, with `follow` until its instance has ended. Ends quietly when the signal fires. */
export async function sendLog(
  log: InstanceLog,
  options: LogOptions,
  send: (bytes: Buffer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let room = options.limitBytes ?? Number.POSITIVE_INFINITY;
  let next = firstLine(log, options);
  while (!signal.aborted && room > 0) {
    next = Math.max(next, log.range().from);
    const [bytes, after] = take(log, next, options);
    if (bytes.length > 0) {
      await send(bytes.subarray(0, room));
      room -= bytes.length;
      next = after;
    } else {
      if (!options.follow || log.ended) return;
      await log.more(signal).catch(() => {});
    }
  }
}

/** The first of the last `tailLines`, pieces of long lines counted as in the kubelet, but none from before `since`. */
function firstLine(log: InstanceLog, { tailLines, since }: LogOptions): number {
  const { from, to } = log.range();
  let first = tailLines === undefined ? from : Math.max(from, to - tailLines);
  while (since !== undefined && first < to && (log.line(first)?.at.getTime() ?? 0) < since) first += 1;
  return first;
}

/** @returns bytes of lines from there on, and the number of the line after them */
function take(log: InstanceLog, from: number, { timestamps }: LogOptions): [Buffer, number] {
  const parts: string[] = [];
  let next = from;
  for (let size = 0; size < PIECE; next += 1) {
    const line = log.line(next);
    if (line === undefined) break;
    const text = textOf(line, timestamps);
    parts.push(text);
    size += text.length;
  }
  return [Buffer.from(parts.join('')), next];
}

function textOf({ at, text, partial, continues }: KeptLine, timestamps: boolean): string {
  const time = timestamps && !continues ? `${at.toISOString().replace('Z', '000000Z')} ` : '';
  return `${time}${text}${partial ? '' : '\n'}`;
}
