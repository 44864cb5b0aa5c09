import { PassThrough } from 'node:stream';
import type { RunningContainer } from '../../runtime/runtime.ts';
import type { Container, Probe } from '../objects.ts';
import { httpProbe } from './http-probe.ts';
import type { ProbeResult } from './probe-result.ts';
import { tcpProbe } from './tcp-probe.ts';

/** What a probe is made of: of a container, or a hook of its life. */
export type ProbeAction = Pick<Probe, 'exec' | 'grpc' | 'httpGet' | 'tcpSocket'>;

export interface Probed {
  readonly container: Container;
  readonly running: Pick<RunningContainer, 'exec'>;
  /** of its pod */
  readonly address: string;
}

/** Asks once. Messages are those of pkg/probe. Never rejects. */
export async function probeOnce(
  action: ProbeAction,
  { container, running, address }: Probed,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { exec, httpGet, tcpSocket } = action;
  if (httpGet) {
    const { host = address, path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
    const port = portOf(httpGet.port, container);
    if (port === undefined) return unknownPort(httpGet.port);
    return httpProbe({ host, port, path, scheme, httpHeaders }, timeoutMs, signal);
  }
  if (tcpSocket) {
    const port = portOf(tcpSocket.port, container);
    if (port === undefined) return unknownPort(tcpSocket.port);
    return tcpProbe({ host: tcpSocket.host ?? address, port }, timeoutMs);
  }
  if (exec) return execProbe(exec.command ?? [], running, timeoutMs, signal);
  return { is: 'failure', message: 'the sandbox does not do gRPC probes: use httpGet, tcpSocket or exec' };
}

/** A port by its number, or by its name in the manifest. Pure. */
export function portOf(port: unknown, { ports = [] }: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(String(port)) ? Number(port) : undefined);
}

const unknownPort = (port: unknown): ProbeResult => ({
  is: 'unknown',
  message: `couldn't find port: ${JSON.stringify(port)}`,
});

/** Bytes of output that a message holds (maxReadLength of pkg/probe/exec). */
const OUTPUT = 10 * 1024;

async function execProbe(
  command: readonly string[],
  running: Pick<RunningContainer, 'exec'>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  let output = '';
  const sink = new PassThrough().on('data', (chunk: Buffer) => {
    if (output.length < OUTPUT) output += chunk.toString();
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const streams = { stdout: sink, stderr: sink, tty: false };
    const { exitCode } = await running.exec(command, streams, AbortSignal.any([timeout, signal]));
    if (timeout.aborted) return timedOut(command, timeoutMs);
    return exitCode === 0 ? { is: 'success' } : { is: 'failure', message: output };
  } catch (error) {
    if (timeout.aborted) return timedOut(command, timeoutMs);
    return { is: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}

const timedOut = (command: readonly string[], ms: number): ProbeResult => ({
  is: 'failure',
  message: `command timed out: "${command.join(' ')}" timed out after ${ms / 1000}s`,
});
