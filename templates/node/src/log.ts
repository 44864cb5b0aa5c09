/** From the least to the most important. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One line of JSON for each message of that level or above. Kubernetes collects what a container prints. */
export function createLog(least: Level, print: (line: string) => void = console.log): Log {
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    print(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
  };
}
