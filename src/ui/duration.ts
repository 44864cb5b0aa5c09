/** A time span for a glance: "12 s", "3 min", "2 h", "4 d". Pure. @param ms milliseconds; less than nothing counts as nothing */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How long something took: "0.14 s", "3.2 s", "75 s". Pure. @param ms milliseconds */
export function formatTook(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  const digits = seconds < 0.995 ? 2 : seconds < 9.95 ? 1 : 0;
  return `${seconds.toFixed(digits)} s`;
}
