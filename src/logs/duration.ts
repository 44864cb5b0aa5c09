/** ms of a duration as Go writes it: `90s`, `5m`, `1h30m`, `1.5h`, `500ms`; undefined for anything else. Pure. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|[hms])/g)) {
    total += Number(number) * (units[unit ?? ''] ?? 0);
  }
  return total;
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
