import type { Clock } from '../session/ports.ts';
import type { InstancePlace } from './instance-place.ts';
import type { Replay } from './resume.ts';
import { createLineSplitter, type TimedLine } from './split-lines.ts';

export interface ReadOnceOptions {
  open(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  readonly replay: Replay;
  /** lines were delivered before, so the first line that comes must be one of them */
  readonly isResumed: boolean;
  /** where the instance is now, and where it was when the request was made */
  place(): InstancePlace;
  readonly where: InstancePlace;
  give(lines: readonly TimedLine[]): Promise<void>;
  tell(message: string): void;
  readonly clock: Clock;
  /** s without a byte of a running instance until its stream is left, since nobody says so when a connection has died */
  readonly patience: number;
}

export interface ReadEnd {
  /** it was left because nothing came; it may just be that nothing was written */
  readonly isSilent?: boolean;
  /** it was read to its end, and it was the log of this instance */
  readonly isClean: boolean;
  /** a last line without its end */
  readonly rest?: TimedLine;
  /** what the kubelet said in place of a log */
  readonly said?: string;
}

/** ms between looks at whether the instance is over while its stream goes on. */
const LOOK = 1_000;
/** Looks without a byte after which the stream of an instance that is over is cut and read again from the resume point. */
const SILENT_LOOKS = 3;
/** Looks after which the stream is cut although bytes come: they may be those of the next instance. */
const LOOKS = 10;
/** ms for the status to tell of a restart, when a stream does not begin with what was delivered last. */
const DOUBT = 1_500;

/**
 * One read of a log, from the request to the end of its stream. Rejects as the stream does. A stream that turns out
 * to be another instance's, and one that goes on after the instance's end, are left (`isClean` false).
 */
export async function readOnce(options: ReadOnceOptions, signal: AbortSignal): Promise<ReadEnd> {
  const cut = new AbortController();
  const either = AbortSignal.any([signal, cut.signal]);
  const activity: Activity = { bytes: 0, isSilent: false };
  const watch = watchForEnd(options, activity, cut, either);
  try {
    return await readStream(options, activity, either);
  } catch (error) {
    signal.throwIfAborted();
    if (cut.signal.aborted) return { isClean: false, isSilent: activity.isSilent };
    throw error;
  } finally {
    cut.abort();
    await watch;
  }
}

interface Activity {
  bytes: number;
  isSilent: boolean;
}

async function readStream(
  options: ReadOnceOptions,
  activity: Activity,
  signal: AbortSignal,
): Promise<ReadEnd> {
  const { replay, give, tell } = options;
  const splitter = createLineSplitter();
  let isDoubtful = options.isResumed;
  let said: string | undefined;
  const timedOf = (lines: readonly TimedLine[]) =>
    lines.filter(({ time, text }) => {
      if (time !== '') return true;
      said = text;
      tell(text);
      return false;
    });
  for await (const chunk of await options.open(signal)) {
    signal.throwIfAborted();
    activity.bytes += chunk.length;
    const lines = timedOf(splitter.push(chunk));
    if (isDoubtful && lines[0] !== undefined) {
      isDoubtful = false;
      if (!replay.knows(lines[0]) && (await isReplaced(options, signal))) return { isClean: false };
    }
    await give(replay.fresh(lines));
  }
  signal.throwIfAborted();
  const last = splitter.rest();
  if (last !== undefined && isTimeCutOff.test(last.text) && last.time === '') return { isClean: false };
  const [rest] = timedOf(last === undefined ? [] : [last]);
  if (said !== undefined) return { isClean: false, said };
  return { isClean: true, ...(rest === undefined ? {} : { rest }) };
}

/** The stream ended within a time: something on the way cut it, in good order or not. */
const isTimeCutOff = /^\d[\d:.TZ+-]*$/;

/** It may be the next instance's log, or the lines delivered last were rotated away: the pod's status tells soon. */
async function isReplaced({ place, where, clock }: ReadOnceOptions, signal: AbortSignal): Promise<boolean> {
  await clock.sleep(DOUBT, signal);
  return place() !== where;
}

/** A follow ends by itself with its container. When it does not, the rest is read without follow. */
async function watchForEnd(
  { place, where, clock, patience }: ReadOnceOptions,
  activity: Activity,
  cut: AbortController,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (let looks = 0, silent = 0, seen = -1; looks < LOOKS; ) {
      await clock.sleep(LOOK, signal);
      silent = activity.bytes === seen ? silent + 1 : 0;
      seen = activity.bytes;
      const isOver = place() !== where;
      looks += isOver ? 1 : 0;
      activity.isSilent = !isOver && silent >= patience;
      if (activity.isSilent || (isOver && silent >= SILENT_LOOKS)) break;
    }
    cut.abort();
  } catch {
    // the read is over, or was aborted
  }
}
