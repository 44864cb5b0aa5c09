import { type WebSocket, WebSocketServer } from 'ws';
import { refuse } from '../../api/api-error.ts';
import type { UpgradeRequest } from '../../api/pod-streams.ts';

/** Bytes of one message; the kubelet's limit. */
const MESSAGE = 32 * 1024 * 1024;

/**
 * Takes over a connection as a WebSocket that speaks the first of these subprotocols that the client offers. Throws an
 * ApiError where it is no WebSocket, or offers none of them: then nothing was taken over.
 */
export async function acceptSocket(
  { request, socket, head }: Omit<UpgradeRequest, 'query'>,
  protocols: readonly string[],
): Promise<{ readonly socket: WebSocket; readonly protocol: string }> {
  const { upgrade = '', 'sec-websocket-protocol': header = '' } = request.headers;
  if (upgrade.toLowerCase() !== 'websocket')
    throw refuse.notInSandbox(`an upgrade to ${upgrade}, only to a WebSocket; kubectl has it since 1.31`);
  const offered = header.split(',').map((text) => text.trim());
  const chosen = protocols.find((protocol) => offered.includes(protocol));
  if (chosen === undefined) {
    throw refuse.badRequest(`unable to upgrade: none of ${JSON.stringify(offered)} is spoken here`);
  }
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE });
  // ws takes kubectl's protocol name with a slash for a bad header, so it is to see none.
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${chosen}`));
  const { promise, resolve } = Promise.withResolvers<WebSocket>();
  server.handleUpgrade(request, socket, head, resolve);
  const accepted = await promise;
  // Whoever uses it sees its close; an error before that must not end the process.
  accepted.on('error', () => {});
  return { socket: accepted, protocol: chosen };
}
