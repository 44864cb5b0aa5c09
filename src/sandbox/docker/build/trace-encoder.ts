import type { Root, Type } from 'protobufjs';

/** A change of a build's state, as BuildKit reports it. Times are ms since the epoch. */
export interface TraceReport {
  readonly vertexes?: readonly TraceVertex[];
  readonly logs?: readonly {
    readonly vertex: string;
    readonly stream: 1 | 2;
    readonly text: string;
    readonly at: number;
  }[];
  readonly warnings?: readonly TraceWarning[];
}

export interface TraceVertex {
  /** `sha256:…` */
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started?: number;
  readonly completed?: number;
  readonly error?: string;
}

interface TraceWarning {
  readonly vertex: string;
  readonly text: string;
  /** of the Dockerfile, from 1 */
  readonly line: number;
}

/** The part of moby.buildkit.v1.StatusResponse that is written here (BuildKit, api/services/control/control.proto). */
const PROTO = `syntax = "proto3";
message Status { repeated Vertex vertexes = 1; repeated Log logs = 3; repeated Warning warnings = 4; }
message Vertex { string digest = 1; string name = 3; bool cached = 4; Time started = 5; Time completed = 6; string error = 7; }
message Log { string vertex = 1; Time timestamp = 2; int64 stream = 3; bytes msg = 4; }
message Warning { string vertex = 1; int64 level = 2; bytes short = 3; repeated Range ranges = 7; }
message Range { Position start = 1; Position end = 2; }
message Position { int32 line = 1; int32 character = 2; }
message Time { int64 seconds = 1; int32 nanos = 2; }`;

/** Writes reports as the daemon's answer has them: protobuf in base64. protobufjs is loaded with the first. */
export async function createTraceEncoder(): Promise<(report: TraceReport) => string> {
  const { default: protobuf } = await import('protobufjs');
  const type: Type = (protobuf.parse(PROTO).root as Root).lookupType('Status');
  return (report) => Buffer.from(type.encode(toMessage(report)).finish()).toString('base64');
}

function toMessage({ vertexes = [], logs = [], warnings = [] }: TraceReport): Record<string, unknown> {
  return {
    vertexes: vertexes.map(({ started, completed, ...vertex }) => ({
      ...vertex,
      ...(started === undefined ? {} : { started: toTime(started) }),
      ...(completed === undefined ? {} : { completed: toTime(completed) }),
    })),
    logs: logs.map(({ vertex, stream, text, at }) => {
      return { vertex, stream, msg: Buffer.from(text), timestamp: toTime(at) };
    }),
    warnings: warnings.map(({ vertex, text, line }) => {
      return { vertex, level: 1, short: Buffer.from(text), ranges: [{ start: { line }, end: { line } }] };
    }),
  };
}

function toTime(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) };
}
