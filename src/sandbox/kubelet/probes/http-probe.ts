import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { dialWords, type ProbeResult } from './probe-result.ts';

export interface HttpTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
  readonly httpHeaders: readonly { readonly name: string; readonly value: string }[];
}

/** An answer of 200 to 399 is a success. No certificate is checked, as in the kubelet. Never rejects. */
export async function httpProbe(
  { host, port, path, scheme, httpHeaders }: HttpTarget,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const url = `${scheme.toLowerCase()}://${place}${path.startsWith('/') ? '' : '/'}${path}`;
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const failed = (why: string) => resolve({ is: 'failure', message: `Get "${url}": ${why}` });
  const headers = { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close' };
  const own = Object.fromEntries(httpHeaders.map(({ name, value }) => [name.toLowerCase(), value]));
  const options = { headers: { ...headers, ...own }, agent: false, signal, rejectUnauthorized: false };
  const send = scheme === 'HTTPS' ? requestHttps : requestHttp;
  const late = setTimeout(() => {
    failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
    request.destroy();
  }, timeoutMs);
  const request = send(url, options, (response) => {
    const { statusCode = 0 } = response;
    response.destroy();
    if (statusCode >= 200 && statusCode < 400) resolve({ is: 'success' });
    else resolve({ is: 'failure', message: `HTTP probe failed with statuscode: ${statusCode}` });
  });
  request.once('error', (error: NodeJS.ErrnoException) =>
    failed(error.syscall === 'connect' ? `dial tcp ${place}: ${dialWords(error)}` : endWords(error)),
  );
  request.end();
  const result = await promise;
  clearTimeout(late);
  return result;
}

const endWords = (error: NodeJS.ErrnoException): string =>
  error.code === 'ECONNRESET' ? 'EOF' : error.message;
