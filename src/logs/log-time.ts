/** A moment to the nanosecond that sorts as text: `2026-11-21T10:00:00.000000001`, in UTC. */
export type LogTime = string;

/**
 * The moment that a line's time means, whatever its offset and however many digits its fraction has, or undefined
 * for what is no RFC 3339 time. Pure.
 */
export function logTime(time: string): LogTime | undefined {
  const match = shape.exec(time);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', zone = 'Z'] = match;
  const nanos = fraction.padEnd(9, '0').slice(0, 9);
  const seconds = zone === 'Z' ? whole : inUtc(`${whole}${zone}`);
  return seconds === undefined ? undefined : `${seconds}.${nanos}`;
}

/** Some whole seconds before a moment, as a request's sinceTime. Pure. */
export function secondsBefore(time: LogTime, seconds: number): string {
  const second = Date.parse(`${time.slice(0, WHOLE)}Z`);
  return `${new Date(second - seconds * 1000).toISOString().slice(0, WHOLE)}Z`;
}

const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;
/** characters of a moment without its fraction */
const WHOLE = 19;

function inUtc(time: string): string | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, WHOLE);
}
