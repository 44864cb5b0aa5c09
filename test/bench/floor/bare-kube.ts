import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';

export interface Kube {
  /** the parsed answer; rejects for statuses from 400 */
  request<T>(method: string, path: string, body?: object, contentType?: string): Promise<T>;
  /** the answer as it comes, for watches */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

/** The cluster of the current context, over kept-alive connections, with a client certificate. */
export async function connectKube(): Promise<Kube> {
  const { server, tls } = await readKubeconfig(process.env.KUBECONFIG ?? `${process.env.HOME}/.kube/config`);
  const agent = new Agent({ ...tls, keepAlive: true });
  const open = (method: string, path: string, headers: object, body?: string, signal?: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method,
        agent,
        headers: { accept: 'application/json', ...headers },
        ...(signal && { signal }),
      };
      httpsRequest(new URL(path, server), options, resolve).on('error', reject).end(body);
    });
  return {
    async request(method, path, body, contentType = 'application/json') {
      const text = body && JSON.stringify(body);
      const headers = text ? { 'content-type': contentType, 'content-length': Buffer.byteLength(text) } : {};
      const answer = await open(method, path, headers, text);
      const content = Buffer.concat(await answer.toArray()).toString();
      if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${content}`);
      return JSON.parse(content);
    },
    stream: (path, signal) => open('GET', path, {}, undefined, signal),
    close: () => agent.destroy(),
  };
}

async function readKubeconfig(path: string) {
  const config = parse(await readFile(path, 'utf8'));
  const entry = (list: { name: string }[], name: string) => list.find((each) => each.name === name) as never;
  const { context } = entry(config.contexts, config['current-context']);
  const { cluster } = entry(config.clusters, context['cluster']);
  const { user } = entry(config.users, context['user']);
  const pem = (fields: Record<string, string>, name: string) => {
    const data = fields[`${name}-data`];
    return data ? Buffer.from(data, 'base64') : readFile(fields[name] ?? '');
  };
  const tls = {
    ca: await pem(cluster, 'certificate-authority'),
    cert: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
  };
  return { server: cluster['server'] as string, tls };
}
