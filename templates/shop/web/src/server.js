import { createServer } from 'node:http';
import { log } from './log.js';
import { page } from './page.js';

const { API_URL = 'http://api', GREETING = 'Hello', PORT = '8080' } = process.env;

const server = createServer(async (request, response) => {
  const { status, type, body } = await answer(request.url);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  log(request.url === '/health' ? 'debug' : 'info', 'request', { method: request.method, path: request.url, status });
});

server.listen(Number(PORT), () => log('info', 'listening', { port: Number(PORT) }));

// Node as PID 1 ignores SIGTERM unless it is told otherwise; Kubernetes would then wait for the whole grace period.
process.on('SIGTERM', () => {
  log('info', 'stopping');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

async function answer(path) {
  if (path === '/health') return { status: 200, type: 'text/plain', body: 'ok\n' };
  if (path !== '/') return { status: 404, type: 'text/plain', body: 'not found\n' };
  try {
    const { visits } = await countVisit();
    return { status: 200, type: 'text/html; charset=utf-8', body: page({ greeting: GREETING, visits }) };
  } catch (error) {
    const reason = error.cause?.message ?? error.message; // fetch hides what happened in the cause
    log('error', 'the api does not answer', { reason });
    return { status: 503, type: 'text/plain', body: `the api does not answer: ${reason}\n` };
  }
}

async function countVisit() {
  const response = await fetch(`${API_URL}/visits`, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}
