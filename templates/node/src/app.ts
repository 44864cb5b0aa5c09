import { createServer, type Server } from 'node:http';
import packageJson from '../package.json' with { type: 'json' };
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Settings } from './read-settings.ts';

export interface AppOptions {
  readonly settings: Pick<Settings, 'greeting' | 'commit'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What is asked for all the time by Kubernetes and Prometheus is logged as debug. */
const QUIET = new Set(['/health', '/metrics']);

/** The service. It does not listen yet. */
export function createApp({ settings, log, metrics }: AppOptions): Server {
  const { name, version } = packageJson;
  const startedAt = new Date().toISOString();
  const routes: Readonly<Record<string, () => Answer>> = {
    '/': () => ({ status: 200, type: 'text/plain', body: `${settings.greeting}\n` }),
    '/health': () => json(200, { status: 'ok' }),
    '/info': () => json(200, { name, version, commit: settings.commit, startedAt }),
    '/metrics': () => ({ status: 200, type: 'text/plain; version=0.0.4', body: metrics.text() }),
  };
  return createServer((request, response) => {
    const began = performance.now();
    const method = request.method ?? '';
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { status, type, body } = answer(method, routes[path]);
    response.on('close', () => {
      const seconds = Math.round((performance.now() - began) * 1000) / 1e6;
      metrics.answered(method, status, seconds);
      log(QUIET.has(path) ? 'debug' : 'info', 'request', { method, path, status, seconds });
    });
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function answer(method: string, route: (() => Answer) | undefined): Answer {
  if (!route) return json(404, { error: 'not found' });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  return route();
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}
