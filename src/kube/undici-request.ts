import type { Dispatcher } from 'undici';
import { abortable } from './abortable.ts';
import type { KubeRequest } from './kube-client.ts';
import type { ConnectionOptions } from './kube-credentials.ts';

/** ms until an answer's headers, and between the parts of one that has an end */
const TIMEOUT = 30_000;
const APPLY_PATCH = 'application/apply-patch+yaml';

export interface Sending {
  readonly dispatcher: Dispatcher;
  readonly server: string;
  readonly connection: ConnectionOptions;
  readonly userAgent: string;
  /** a stream may be silent for as long as it likes */
  readonly isStream: boolean;
}

/** Sends a request and gives the answer, whatever its status, with its body unread. Rejects with undici's errors. */
export async function undiciRequest(
  sending: Sending,
  request: KubeRequest,
): Promise<Dispatcher.ResponseData> {
  // undici looks at the signal only when it has a connection.
  const response = await abortable(send(sending.dispatcher, optionsOf(sending, request)), request.signal);
  // Whoever reads the body sees its errors; without a listener a drop before the first read would end the process.
  response.body.on('error', () => {});
  return response;
}

/**
 * A kept-alive connection may have died unseen (the laptop slept, the apiserver restarted). What may be sent twice is
 * sent once more then; the dead connection is gone by that time.
 */
async function send(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    return await dispatcher.request(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const isDrop = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
    if (!isDrop || !mayRepeat(options)) throw error;
    return await dispatcher.request(options);
  }
}

function mayRepeat({ method, headers }: Dispatcher.RequestOptions): boolean {
  if (method === 'POST') return false;
  if (method !== 'PATCH') return true;
  return headers !== null && typeof headers === 'object' && 'content-type' in headers
    ? headers['content-type'] === APPLY_PATCH
    : false;
}

function optionsOf(sending: Sending, request: KubeRequest): Dispatcher.RequestOptions {
  const { origin, pathname } = new URL(sending.server);
  const timeout = request.timeout ?? TIMEOUT;
  return {
    origin,
    path: `${pathname.replace(/\/$/, '')}${request.path}${queryString(request.query)}`,
    method: request.method,
    headers: headersOf(sending, request),
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal: request.signal ?? null,
    headersTimeout: timeout,
    bodyTimeout: sending.isStream ? 0 : timeout,
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
