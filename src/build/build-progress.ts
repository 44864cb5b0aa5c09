import { stripVTControlCharacters } from 'node:util';
import type { BuildStatus, Vertex } from './build-trace.ts';

/** A step of the Dockerfile as BuildKit numbers them within a stage. */
export interface BuildStep {
  /** empty: the only stage */
  readonly stage: string;
  readonly index: number;
  readonly total: number;
  /** `RUN npm ci` */
  readonly text: string;
}

/** Where a build broke. */
export interface BrokenStep {
  /** absent: not a step of the Dockerfile, but BuildKit's own (`load metadata for node:24`) */
  readonly step?: BuildStep;
  readonly name: string;
  /** its last lines, without terminal escapes */
  readonly output: readonly string[];
}

export interface BuildProgress {
  /** Takes a report in and returns the steps that began with it; cached ones do not begin. */
  take(status: BuildStatus): readonly BuildStep[];
  /** The step that failed, not those that were stopped because of it. */
  broken(): BrokenStep | undefined;
}

const KEPT_LINES = 100;
const KEPT_COLUMNS = 500;

/** Follows the reports of one build; keeps the last 100 lines of each step that has not ended well. */
export function createBuildProgress(): BuildProgress {
  const begun = new Set<string>();
  const vertexes = new Map<string, Vertex>();
  const output = new Map<string, string[]>();
  return {
    take(status) {
      for (const { vertex, text } of status.logs) append(output, vertex, text);
      return status.vertexes.flatMap((vertex) => {
        vertexes.set(vertex.digest, vertex);
        if (vertex.completed && vertex.error === '') output.delete(vertex.digest);
        if (begun.has(vertex.digest) || !vertex.started || vertex.completed || vertex.cached) return [];
        begun.add(vertex.digest);
        return parseStep(vertex.name) ?? [];
      });
    },
    broken() {
      const failed = [...vertexes.values()].filter(
        ({ error }) => error !== '' && !/context canceled/.test(error),
      );
      const [vertex] = failed;
      if (!vertex) return undefined;
      const step = parseStep(vertex.name);
      const lines = (output.get(vertex.digest) ?? [])
        .map(clean)
        .filter((line, index, all) => line !== '' || index < all.length - 1);
      return { ...(step ? { step } : {}), name: vertex.name, output: lines };
    },
  };
}

/**
 * `[build 2/5] RUN npm ci`; with several platforms `[linux/amd64 build 2/5] …`, from ten steps on `[build  2/10] …`.
 * undefined: not from the Dockerfile.
 */
export function parseStep(name: string): BuildStep | undefined {
  const [, prefix = '', index, total, text = ''] =
    /^\[(?:([^\]\s]+(?: [^\]\s]+)*) )? *(\d+)\/(\d+)\] (.*)$/s.exec(name) ?? [];
  if (index === undefined) return undefined;
  const stage = prefix.split(' ').at(-1) ?? '';
  const shown = text.replace(/^FROM (?:docker\.io\/(?:library\/)?)?(\S+?)(?:@sha256:\w+)?$/, 'FROM $1');
  return {
    stage,
    index: Number(index),
    total: Number(total),
    text: shown.replace(/\s+/g, ' ').slice(0, KEPT_COLUMNS),
  };
}

/** Pieces are not cut at line ends; the last element is the line that is still being written. */
function append(output: Map<string, string[]>, vertex: string, bytes: Uint8Array): void {
  const lines = output.get(vertex) ?? [''];
  const [first = '', ...more] = Buffer.from(bytes).toString('utf8').split('\n');
  lines.push((lines.pop() ?? '') + first, ...more);
  output.set(
    vertex,
    lines.slice(-KEPT_LINES - 1).map((line) => line.slice(-4 * KEPT_COLUMNS)),
  );
}

/** A progress bar's carriage returns leave what was written last. */
function clean(line: string): string {
  const last = stripVTControlCharacters(line).replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return last
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (found) => (found === '\t' ? '  ' : ''))
    .slice(0, KEPT_COLUMNS);
}
