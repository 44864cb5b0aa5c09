import { LEVELS } from './log.js';

/** Reads the environment. Throws an Error whose message is a sentence for the one who deploys. */
export function readSettings(env) {
  const { API_URL, GREETING, LOG_LEVEL = 'info', PORT = '8080', COMMIT = 'unknown' } = env;
  if (!API_URL) throw new Error('API_URL is not set: in Kubernetes it comes from the manifest.');
  if (!URL.canParse(API_URL)) throw new Error(`API_URL is "${API_URL}", not a URL.`);
  if (!GREETING) throw new Error('GREETING is not set: in Kubernetes it comes from the ConfigMap.');
  if (!LEVELS.includes(LOG_LEVEL)) throw new Error(`LOG_LEVEL is "${LOG_LEVEL}", not one of ${LEVELS.join(', ')}.`);
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is "${PORT}", not a port.`);
  return { apiUrl: API_URL, greeting: GREETING, logLevel: LOG_LEVEL, port, commit: COMMIT };
}
