import { Readable, Writable } from 'node:stream';
import { type ExecEnd, execInPod } from '../kube/exec-stream.ts';
import type { KubeClient } from '../kube/kube-client.ts';

export interface TargetCommand {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly input?: Buffer;
}

/** Of what a command says, the end is kept. In characters. */
const OUTPUT = 4000;

/** Runs a command in a container and resolves with how it ended and what it said last. Rejects as execInPod does. */
export async function runInTarget(
  client: Pick<KubeClient, 'websocket'>,
  { namespace, pod, container, command, input }: TargetCommand,
  signal: AbortSignal,
): Promise<{ readonly end: ExecEnd; readonly output: string }> {
  let output = '';
  const keep = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        output = (output + chunk.toString()).slice(-OUTPUT);
        done();
      },
    });
  const streams = {
    stdout: keep(),
    stderr: keep(),
    ...(input ? { stdin: Readable.from(slices(input), { objectMode: false }) } : {}),
  };
  const target = { namespace, pod, container, command, tty: false };
  const end = await execInPod(client, target, streams, signal);
  return { end, output: output.trim() };
}

const SLICE = 256 * 1024;

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}
