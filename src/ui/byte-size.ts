const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** A size for a glance, as Docker counts: "412 MB", "1.3 GB". Pure. @param bytes less than nothing counts as nothing */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, Math.round(bytes));
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit += 1) value /= 1000;
  return `${value.toFixed(unit > 0 && value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}
