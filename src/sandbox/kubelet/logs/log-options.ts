import { ApiError, type InvalidCause, refuse } from '../../api/api-error.ts';

/** What a client wants of a log (PodLogOptions). */
export interface LogOptions {
  readonly container?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** ms since the epoch: lines from then on */
  readonly since?: number;
}

/** Reads the query of a `log` request. Throws an ApiError of 400 or 422 in the apiserver's words. Pure. */
export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const causes: InvalidCause[] = [];
  const count = (name: string, least: number): number | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    if (!/^-?\d+$/.test(text)) throw refuse.badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
    const value = Number(text);
    const words = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    if (value < least) causes.push({ field: name, message: `Invalid value: ${value}: ${words}` });
    return value;
  };
  const tailLines = count('tailLines', 0);
  const limitBytes = count('limitBytes', 1);
  const sinceSeconds = count('sinceSeconds', 1);
  const time = query.get('sinceTime');
  if (time !== null && sinceSeconds !== undefined) {
    const message = 'at most one of `sinceTime` or `sinceSeconds` may be specified';
    causes.push({ field: '', message: `Forbidden: ${message}`, reason: 'FieldValueForbidden' });
  }
  if (causes.length > 0) throw refuse.invalid({ group: '', kind: 'PodLogOptions' }, '', causes);
  const since = time === null ? sinceSeconds && now - sinceSeconds * 1000 : timeOf(time);
  const container = query.get('container');
  const is = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  return {
    ...(container ? { container } : {}),
    ...{ follow: is('follow'), previous: is('previous'), timestamps: is('timestamps') },
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}

/** The fraction of a second does not count (tried on 1.36.3). */
function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new ApiError(400, 'BadRequest', `parsing time "${text}": cannot parse it as RFC 3339`);
  return Math.floor(time / 1000) * 1000;
}
