const LEVELS = ['debug', 'info', 'error'];
const least = Math.max(0, LEVELS.indexOf(process.env.LOG_LEVEL ?? 'info'));

/** One line of JSON on stdout. */
export function log(level, message, fields = {}) {
  if (LEVELS.indexOf(level) < least) return;
  console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
}
