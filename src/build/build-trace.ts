import type { Root, Type } from 'protobufjs';

/** What BuildKit reports of a build while it runs, as far as we look at it. */
export interface BuildStatus {
  readonly vertexes: readonly Vertex[];
  readonly logs: readonly { readonly vertex: string; readonly text: Uint8Array }[];
}

/** A step of a build: `[2/5] RUN npm ci`, `[internal] load build context`, `exporting to image`. Reported again with each change. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly started: boolean;
  readonly completed: boolean;
  readonly cached: boolean;
  /** empty: none */
  readonly error: string;
}

/** The part of moby.buildkit.v1.StatusResponse (BuildKit, api/services/control/control.proto) that is read here. */
const PROTO = `syntax = "proto3";
message Status { repeated Vertex vertexes = 1; repeated Log logs = 3; }
message Vertex { string digest = 1; string name = 3; bool cached = 4; Time started = 5; Time completed = 6; string error = 7; }
message Log { string vertex = 1; bytes msg = 4; }
message Time { int64 seconds = 1; }`;

interface RawStatus {
  readonly vertexes: readonly (Omit<Vertex, 'started' | 'completed'> & {
    started: unknown;
    completed: unknown;
  })[];
  readonly logs: readonly { readonly vertex: string; readonly msg: Uint8Array }[];
}

/** A decoder for trace messages; protobufjs is loaded with the first. A message that cannot be read is empty. */
export async function createTraceDecoder(): Promise<(trace: string) => BuildStatus> {
  const { default: protobuf } = await import('protobufjs');
  const type: Type = (protobuf.parse(PROTO).root as Root).lookupType('Status');
  return (trace) => {
    try {
      return toStatus(
        type.toObject(type.decode(Buffer.from(trace, 'base64')), { defaults: true }) as RawStatus,
      );
    } catch {
      return { vertexes: [], logs: [] };
    }
  };
}

function toStatus({ vertexes, logs }: RawStatus): BuildStatus {
  return {
    vertexes: vertexes.map(({ digest, name, cached, error, started, completed }) => {
      return { digest, name, cached, error, started: Boolean(started), completed: Boolean(completed) };
    }),
    logs: logs.map(({ vertex, msg }) => ({ vertex, text: msg })),
  };
}
