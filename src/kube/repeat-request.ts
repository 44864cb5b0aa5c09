import type { KubeRequest } from './kube-client.ts';

/** ms until an answer's headers, and between the parts of one that has an end */
const TIMEOUT = 30_000;
/**
 * ms of a first attempt, since a kept-alive connection may have died unseen: answers to GET take an apiserver some ms, an
 * apply as long as its admission webhooks, 10 s each by default (MutatingWebhook.timeoutSeconds).
 */
const FIRST_GET = 5_000;
const FIRST_APPLY = 12_000;

const APPLY_PATCH = 'application/apply-patch+yaml';

/** Connections were ended on purpose, see KubeConnections.reconnect. */
export class ConnectionsReset extends Error {
  constructor() {
    super('the connections were opened anew');
  }
}

/**
 * Makes a request once more when its connection turns out to be dead or mute, and as often as connections are reset;
 * what must not be sent twice is not.
 * @param attempt sends it, with ms to wait for an answer
 * @param onMute is told before the second attempt that the connections of the first gave no answer
 */
export async function repeating<T>(
  request: KubeRequest,
  attempt: (timeout: number) => Promise<T>,
  onMute: () => void,
): Promise<T> {
  for (let isFirst = true; ; ) {
    try {
      return await attempt(isFirst ? firstTimeout(request) : (request.timeout ?? TIMEOUT));
    } catch (error) {
      request.signal?.throwIfAborted();
      const fault = faultOf(error);
      if (!mayRepeat(request) || !isWorthIt(request, fault, isFirst)) throw error;
      if (fault === 'mute') onMute();
      isFirst &&= fault === 'reset';
    }
  }
}

function firstTimeout(request: KubeRequest): number {
  if (request.timeout !== undefined || !mayRepeat(request)) return request.timeout ?? TIMEOUT;
  if (request.method === 'GET') return FIRST_GET;
  return request.contentType === APPLY_PATCH ? FIRST_APPLY : TIMEOUT;
}

/** Silence only after a short first attempt. */
function isWorthIt(request: KubeRequest, fault: Fault | undefined, isFirst: boolean): boolean {
  if (fault === 'mute') return isFirst && firstTimeout(request) < (request.timeout ?? TIMEOUT);
  return fault === 'reset' || (fault === 'drop' && isFirst);
}

/** `drop`: the connection ended without an answer; `mute`: no answer came; `reset`: we ended it. */
type Fault = 'drop' | 'mute' | 'reset';

function faultOf(error: unknown): Fault | undefined {
  if (error instanceof ConnectionsReset) return 'reset';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') return 'drop';
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' ? 'mute' : undefined;
}

function mayRepeat({ method, contentType }: KubeRequest): boolean {
  return method === 'PATCH' ? contentType === APPLY_PATCH : method !== 'POST';
}
