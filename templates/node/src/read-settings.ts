import { LEVELS, type Level } from './log.ts';

/** What the program is told from outside. */
export interface Settings {
  readonly greeting: string;
  readonly logLevel: Level;
  readonly port: number;
  /** the commit that the image was built from */
  readonly commit: string;
}

/** Reads the environment. Throws an Error whose message is a sentence for the one who deploys. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { GREETING, LOG_LEVEL = 'info', PORT = '8080', COMMIT = 'unknown' } = env;
  if (!GREETING) throw new Error('GREETING is not set: in Kubernetes it comes from the ConfigMap.');
  if (!isLevel(LOG_LEVEL)) throw new Error(`LOG_LEVEL is "${LOG_LEVEL}", not one of ${LEVELS.join(', ')}.`);
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is "${PORT}", not a port.`);
  return { greeting: GREETING, logLevel: LOG_LEVEL, port, commit: COMMIT };
}

function isLevel(word: string): word is Level {
  return (LEVELS as readonly string[]).includes(word);
}
