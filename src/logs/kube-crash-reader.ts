import type { Clock, CrashReader } from '../session/ports.ts';
import type { LogTarget } from '../session/state.ts';
import type { ContainerNow } from './instance-place.ts';
import type { OpenLog } from './read-instance.ts';
import { readProblem } from './read-problem.ts';
import { createLineSplitter } from './split-lines.ts';
import { stripAllEscapes } from './strip-escapes.ts';

export interface CrashReaderOptions {
  readonly open: OpenLog;
  /** the container as the cluster has it now */
  readonly containerNow: ContainerNow;
  readonly clock: Clock;
}

/** Lines that are read, and what of each is kept, in characters. */
const LINES = 20;
const WIDTH = 500;
/** ms after which the status has told of a restart that a read may have been too late for. */
const SETTLE = 1000;
const ATTEMPTS = 4;
/** ms until a log that could not be read is tried again. */
const RETRY = 500;

/**
 * Reads the last lines of an instance over the apiserver, which knows containers by name only: `previous` when another
 * instance runs already. Since a restart may come between the look and the read, what was read counts when the instance
 * is still the last that ended, and in the same place, a second later.
 */
export function createKubeCrashReader(options: CrashReaderOptions): CrashReader {
  return {
    async lastLines(target, signal) {
      signal.throwIfAborted();
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const place = placeOf(options, target);
        if (place === 'lost') return [];
        const lines = await read(options, target, place === 'previous', signal);
        if (lines === 'over') return [];
        await options.clock.sleep(lines === 'later' ? RETRY : SETTLE, signal);
        if (lines !== 'later' && placeOf(options, target) === place) return lines;
      }
      return [];
    },
  };
}

function placeOf({ containerNow }: CrashReaderOptions, target: LogTarget): 'current' | 'previous' | 'lost' {
  const now = containerNow(target);
  if (now?.ended?.containerId !== target.containerId) return 'lost';
  return now.containerId === target.containerId ? 'current' : 'previous';
}

async function read(
  { open }: CrashReaderOptions,
  { namespace, pod, container }: LogTarget,
  previous: boolean,
  signal: AbortSignal,
): Promise<readonly string[] | 'over' | 'later'> {
  const splitter = createLineSplitter(64 * 1024);
  const texts: string[] = [];
  try {
    const request = { namespace, pod, container, follow: false, tailLines: LINES };
    const stream = await open({ ...request, ...(previous ? { previous } : {}) }, signal);
    for await (const chunk of stream) {
      const lines = splitter.push(chunk).filter(({ time }) => time !== '');
      texts.push(...lines.map(({ text }) => text));
      texts.splice(0, Math.max(0, texts.length - LINES));
    }
  } catch (error) {
    signal.throwIfAborted();
    return readProblem(error);
  }
  const rest = splitter.rest();
  const all = rest && rest.time !== '' ? [...texts, rest.text] : texts;
  return all.slice(-LINES).map((text) => stripAllEscapes(text).slice(0, WIDTH));
}
