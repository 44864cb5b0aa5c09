import { createApi } from './api.js';
import { createApp } from './app.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { settings } from './settings.js';

/** ms for running requests: less than terminationGracePeriodSeconds of the Deployment, after which comes SIGKILL */
const GRACE = 3_000;

const log = createLog(settings.logLevel);
const server = createApp({ settings, api: createApi(settings.apiUrl), log, metrics: createMetrics() });

server.listen(settings.port, () => log('info', 'listening', { port: settings.port }));

process.once('SIGTERM', () => {
  log('info', 'stopping');
  server.close(() => process.exit(0));
  setTimeout(() => server.closeAllConnections(), GRACE).unref();
});
