import type { Dispatcher } from 'undici';
import { abortable } from './abortable.ts';
import type { KubeRequest } from './kube-client.ts';
import type { ConnectionOptions } from './kube-credentials.ts';

export interface Sending {
  readonly dispatcher: Dispatcher;
  readonly server: string;
  readonly connection: ConnectionOptions;
  readonly userAgent: string;
  /** a stream may be silent for as long as it likes */
  readonly isStream: boolean;
  /** ms until the answer's headers, and between the parts of one that has an end; 0: no limit */
  readonly timeout: number;
}

/** Sends a request and gives the answer, whatever its status, with its body unread. Rejects with undici's errors. */
export async function undiciRequest(
  sending: Sending,
  request: KubeRequest,
): Promise<Dispatcher.ResponseData> {
  // undici looks at the signal only when it has a connection.
  const response = await abortable(sending.dispatcher.request(optionsOf(sending, request)), request.signal);
  // Whoever reads the body sees its errors; without a listener a drop before the first read would end the process.
  response.body.on('error', () => {});
  return response;
}

function optionsOf(sending: Sending, request: KubeRequest): Dispatcher.RequestOptions {
  const { origin, pathname } = new URL(sending.server);
  return {
    origin,
    path: `${pathname.replace(/\/$/, '')}${request.path}${queryString(request.query)}`,
    method: request.method,
    headers: headersOf(sending, request),
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal: request.signal ?? null,
    headersTimeout: sending.timeout,
    bodyTimeout: sending.isStream ? 0 : sending.timeout,
  };
}

function headersOf(
  { connection, userAgent }: Sending,
  request: KubeRequest,
): Record<string, string | string[]> {
  const given = Object.entries(connection.headers).map(([name, value]): [string, string | string[]] => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  return {
    ...Object.fromEntries(given),
    accept: 'application/json',
    'user-agent': userAgent,
    ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
  };
}

function queryString(query: KubeRequest['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? '' : `?${params}`;
}
