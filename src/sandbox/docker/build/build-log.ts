import { createHash } from 'node:crypto';
import type { TraceReport, TraceVertex } from './trace-encoder.ts';

/** A step of a build, as it is told to who asked for the build. */
export interface BuildVertex {
  /** Its work starts: it is no cached one. */
  begin(): void;
  output(stream: 'stdout' | 'stderr', text: string): void;
  /** @param line of the Dockerfile */
  warn(text: string, line: number): void;
}

/** Tells the steps of one build as BuildKit does. */
export interface BuildLog {
  /**
   * Does a step and tells how it goes; one that never begins is told as cached. The error of a step that fails is told
   * and passed on.
   */
  step<T>(name: string, work: (vertex: BuildVertex) => Promise<T>): Promise<T>;
}

/** @param now ms since the epoch */
export function createBuildLog(now: () => number, send: (report: TraceReport) => void): BuildLog {
  let count = 0;
  return {
    async step(name, work) {
      count += 1;
      const digest = `sha256:${createHash('sha256').update(`${count} ${name}`).digest('hex')}`;
      let vertex: TraceVertex = { digest, name, cached: true };
      const tell = (more: Partial<TraceVertex>) => {
        vertex = { ...vertex, ...more };
        send({ vertexes: [vertex] });
      };
      const handle: BuildVertex = {
        begin: () => tell({ cached: false, started: now() }),
        output: (stream, text) =>
          send({ logs: [{ vertex: digest, stream: stream === 'stdout' ? 1 : 2, text, at: now() }] }),
        warn: (text, line) => send({ warnings: [{ vertex: digest, text, line }] }),
      };
      try {
        const value = await work(handle);
        tell({ started: vertex.started ?? now(), completed: now() });
        return value;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        tell({ cached: false, started: vertex.started ?? now(), completed: now(), error: text });
        throw error;
      }
    },
  };
}
