import { createApp } from './app.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { settings } from './settings.ts';
import { stopOn } from './stop.ts';

const log = createLog(settings.logLevel);
const server = createApp({ settings, log, metrics: createMetrics() });

server.listen(settings.port, () => log('info', 'listening', { port: settings.port }));
stopOn(['SIGTERM', 'SIGINT'], server, log);
