/** When something is due, by minutes. */
export interface Schedule {
  /** @param time ms since the epoch @returns the first minute after it that is due; undefined: none in the next five years */
  after(time: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', first: 0, last: 59 },
  { name: 'hour', first: 0, last: 23 },
  { name: 'day of the month', first: 1, last: 31 },
  {
    ...{ name: 'month', first: 1, last: 12 },
    words: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', first: 0, last: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const SHORT: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FARTHEST = 5 * 366 * 24 * HOUR;

/** Reads a schedule of five fields, or one of the names for some of them. Throws a RangeError that says what is wrong. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const parts = (SHORT[text.trim()] ?? text).trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    throw new RangeError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, index) =>
    valuesOf(parts[index] ?? '', field),
  );
  const [isAnyDay, isAnyWeekday] = [parts[2], parts[4]].map((part) => /^[*?]/.test(part ?? ''));
  const clock = clockOf(timeZone);
  const isDay = ({ day, weekday }: Local): boolean => {
    const [fits, fitsWeek] = [days?.has(day) ?? false, weekdays?.has(weekday) ?? false];
    // Two restrictions widen each other, as in every cron.
    return isAnyDay || isAnyWeekday ? fits && fitsWeek : fits || fitsWeek;
  };
  return {
    after(time) {
      let next = (Math.floor(time / MINUTE) + 1) * MINUTE;
      while (next < time + FARTHEST) {
        const local = clock(next);
        const isHour = months?.has(local.month) && isDay(local) && hours?.has(local.hour);
        if (isHour && minutes?.has(local.minute)) return next;
        next += isHour ? MINUTE : (60 - local.minute) * MINUTE;
      }
      return undefined;
    },
  };
}

function valuesOf(text: string, field: Field): ReadonlySet<number> {
  const found = new Set(text.split(',').flatMap((part) => rangeOf(part, field)));
  // Sunday is 0 and 7.
  if (field.words?.[0] === 'sun' && found.has(7)) found.add(0);
  return found;
}

function rangeOf(part: string, field: Field): readonly number[] {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const [from, to] = range.split('-');
  const isAny = range === '*' || range === '?';
  const first = isAny ? field.first : numberOf(from, field);
  const isOpen = isAny || (to === undefined && step !== undefined);
  const last = isOpen ? field.last : numberOf(to ?? from, field);
  const size = Number(step ?? 1);
  if (
    Number.isNaN(first) ||
    Number.isNaN(last) ||
    first < field.first ||
    last > field.last ||
    first > last ||
    size < 1
  )
    throw new RangeError(`${part} is no ${field.name} (${field.first}-${field.last})`);
  return Array.from({ length: Math.floor((last - first) / size) + 1 }, (_, index) => first + index * size);
}

function numberOf(text: string | undefined, { words = [] }: Field): number {
  const word = words.indexOf((text ?? '').toLowerCase());
  return word >= 0 && text !== '' ? word : /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN;
}

interface Local {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

/** What a clock on the wall of a time zone shows. Throws a RangeError when there is no such zone. */
function clockOf(timeZone: string): (time: number) => Local {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', minute: 'numeric', hour: 'numeric' },
    ...{ day: 'numeric', month: 'numeric', year: 'numeric' },
  });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 0, day = 0] = [parts.get('year'), parts.get('month'), parts.get('day')];
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    return { minute: parts.get('minute') ?? 0, hour: parts.get('hour') ?? 0, day, month, weekday };
  };
}
