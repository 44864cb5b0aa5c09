import { connect } from 'node:net';
import { dialWords, type ProbeResult } from './probe-result.ts';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/** Whether somebody listens there. Never rejects. */
export async function tcpProbe({ host, port }: TcpTarget, timeoutMs: number): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const failed = (why: string) => resolve({ is: 'failure', message: `dial tcp ${host}:${port}: ${why}` });
  const socket = connect({ host, port, timeout: timeoutMs })
    .once('connect', () => resolve({ is: 'success' }))
    .once('timeout', () => failed('i/o timeout'))
    .once('error', (error) => failed(dialWords(error)));
  const result = await promise;
  socket.destroy();
  return result;
}
