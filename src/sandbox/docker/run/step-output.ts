import { StringDecoder } from 'node:string_decoder';

/** Takes the output of a step, in whole lines as far as there are. */
export interface StepOutput {
  take(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** What is left: a last line without an end. */
  end(): void;
}

/** Characters of a step's output that are told, as BuildKit's limit is 2 MiB (BUILDKIT_STEP_LOG_MAX_SIZE). */
const LIMIT = 2 * 1024 * 1024;
const CLIPPED = '[output clipped, log limit 2MiB reached]\n';
/** A line without an end is passed on at this length. */
const LONGEST = 16_384;

/**
 * Passes output on with the image's paths as the image knows them: `/app`, not where its folder is. Lines that the
 * stand-ins wrote are warnings, too.
 */
export function createStepOutput(
  root: string,
  told: { onOutput(stream: 'stdout' | 'stderr', text: string): void; onWarning(text: string): void },
): StepOutput {
  const streams = {
    stdout: { decoder: new StringDecoder('utf8'), rest: '' },
    stderr: { decoder: new StringDecoder('utf8'), rest: '' },
  };
  let count = 0;
  const pass = (stream: 'stdout' | 'stderr', text: string) => {
    if (text === '' || count > LIMIT) return;
    count += text.length;
    for (const line of text.split('\n')) {
      if (line.startsWith('rockpool: ')) told.onWarning(line.slice('rockpool: '.length));
    }
    const shown = text.replaceAll(`${root}/`, '/').replaceAll(root, '/');
    told.onOutput(stream, count > LIMIT ? CLIPPED : shown);
  };
  return {
    take(stream, bytes) {
      const state = streams[stream];
      const text = state.rest + state.decoder.write(bytes);
      const end = text.length > LONGEST ? text.length : text.lastIndexOf('\n') + 1;
      state.rest = text.slice(end);
      pass(stream, text.slice(0, end));
    },
    end() {
      for (const stream of ['stdout', 'stderr'] as const) {
        pass(stream, streams[stream].rest + streams[stream].decoder.end());
      }
    },
  };
}
