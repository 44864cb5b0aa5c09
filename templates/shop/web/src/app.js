import { createServer } from 'node:http';
import packageJson from '../package.json' with { type: 'json' };
import { page } from './page.js';

/** What is asked for all the time by Kubernetes and Prometheus is logged as debug. */
const QUIET = new Set(['/health', '/metrics']);

/** The web server of the shop. It does not listen yet. */
export function createApp({ settings, api, log, metrics }) {
  const startedAt = new Date().toISOString();
  const { version } = packageJson;
  const routes = {
    'GET /': async () => {
      const [{ visits }, orders] = await Promise.all([api.countVisit(), api.countOrders()]);
      return html(page({ greeting: settings.greeting, visits, ...orders }));
    },
    'POST /orders': async () => {
      await api.order();
      return { status: 303, headers: { location: '/' }, body: '' };
    },
    'GET /health': () => json(200, { status: 'ok' }),
    'GET /info': () => json(200, { name: 'web', version, commit: settings.commit, startedAt }),
    'GET /metrics': () => text(200, metrics.text()),
  };
  const answer = async (method, path) => {
    const route = routes[`${method} ${path}`];
    if (!route) return text(404, 'not found\n');
    try {
      return await route();
    } catch (error) {
      log('error', 'the api does not answer', { reason: error.message });
      return text(503, `the api does not answer: ${error.message}\n`);
    }
  };
  return createServer(async ({ method, url }, response) => {
    const path = url.split('?', 1)[0];
    const { status, headers, body } = await answer(method, path);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    metrics.answered(method, status);
    log(QUIET.has(path) ? 'debug' : 'info', 'request', { method, path, status });
  });
}

const html = (body) => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body });
const text = (status, body) => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
const json = (status, value) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
});
