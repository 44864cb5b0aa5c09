/** From the least to the most important. */
export const LEVELS = ['debug', 'info', 'warn', 'error'];

/** Prints one line of JSON for each message of that level or above. */
export function createLog(least, print = console.log) {
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    print(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
  };
}
