/** What mapping has to know of an image's files and of this machine's. */
export interface PathPlaces {
  /** the folder that is `/` of the image */
  readonly folder: string;
  /** whether the image has this absolute path */
  has(path: string): boolean;
  /** whether it is a program of this machine */
  isProgram(path: string): boolean;
}

/** Folders that every Linux system has: a path in one of them is meant as one, wherever it stands. */
const ROOTS =
  /^\/(?:app|bin|boot|data|etc|go|home|lib|lib64|media|mnt|opt|root|run|sbin|srv|tmp|usr|var|work|workspace)(?:\/|$)/;
/** Never the image's: they are this machine's in every container. */
const SHARED = /^\/(?:dev|proc|sys)(?:\/|$)/;
const PATH_SIGNS = /[^\s"'`;&|<>()$\\*?[\]{}=,:!#%^~]/;
/** What may stand before the first sign of an absolute path. */
const BEFORE = /[\s"'=:(<>;&|,`]/;
/** What a command begins behind. */
const COMMAND_BEFORE =
  /(?:^|[;&|({`]|\$\(|\b(?:then|do|else|exec|env|time|sudo)\s)\s*(?:[A-Za-z_]\w*=\S*\s+)*$/;

/**
 * A shell script of an image with its absolute paths moved into the image's folder: there is no chroot without root, so
 * words are rewritten instead. In quotes only paths that look like one are (`/app/x` or what the image has), since
 * `'/x/d'` may be sed's; a program that only this machine has stays. Pure.
 */
export function mapPaths(script: string, places: PathPlaces): string {
  const quotes = quotesOf(script);
  let mapped = '';
  for (let at = 0; at < script.length; ) {
    const path = quotes[at] === '\\' ? undefined : pathAt(script, at);
    const isMoved = path !== undefined && isMeant(path, script, at, quotes[at] !== '', places);
    mapped += isMoved ? quoteFolder(places.folder, quotes[at] ?? '') + path : (path ?? script[at]);
    at += path?.length ?? 1;
  }
  return mapped;
}

/** Of each sign: the quote that it stands in, a backslash for one that is escaped, else empty. */
function quotesOf(script: string): string[] {
  let quote = '';
  let isEscaped = false;
  return [...Array(script.length).keys()].map((at) => {
    const sign = script[at] as string;
    const state = isEscaped ? '\\' : quote;
    if (!isEscaped && (sign === '"' || sign === "'")) quote = nextQuote(quote, sign);
    isEscaped = !isEscaped && sign === '\\' && quote !== "'";
    return state;
  });
}

function nextQuote(quote: string, sign: string): string {
  if (quote === '') return sign;
  return quote === sign ? '' : quote;
}

/** A folder whose path has blanks or the like stays one word, in whatever quotes it is put. */
function quoteFolder(folder: string, quote: string): string {
  if (/^[\w./@%+-]*$/.test(folder)) return folder;
  if (quote === '"') return folder.replace(/["$`\\]/g, '\\$&');
  const single = folder.replaceAll("'", "'\\''");
  return quote === "'" ? single : `'${single}'`;
}

/**
 * The value of a variable: a path, or a list of paths with colons. `/api` of a URL stays what it is, unless the image
 * has such a file. Pure.
 */
export function mapValue(value: string, places: PathPlaces): string {
  if (!value.startsWith('/') || value.includes('//')) return value;
  return value
    .split(':')
    .map((one) => (one.startsWith('/') && isPath(one, places) ? places.folder + one : one))
    .join(':');
}

/** The absolute path that begins here, if one does. */
function pathAt(script: string, start: number): string | undefined {
  if (script[start] !== '/' || script[start + 1] === '/') return undefined;
  if (!BEFORE.test(script[start - 1] ?? ' ')) return undefined;
  let end = start + 1;
  while (end < script.length && PATH_SIGNS.test(script[end] as string)) end += 1;
  return script.slice(start, end);
}

function isMeant(path: string, script: string, at: number, quoted: boolean, places: PathPlaces): boolean {
  if (SHARED.test(path)) return false;
  if (path === '/')
    return !quoted && /^(?:$|[\s;&|)*])/.test(script.slice(at + 1)) && !inArithmetic(script, at);
  if (COMMAND_BEFORE.test(script.slice(0, at).replace(/["']$/, ''))) {
    return places.has(path) || !places.isProgram(path);
  }
  return !quoted || isPath(path, places);
}

/** `$((a / b))` */
function inArithmetic(script: string, at: number): boolean {
  return script.lastIndexOf('$((', at) > script.lastIndexOf('))', at);
}

function isPath(path: string, places: PathPlaces): boolean {
  return !SHARED.test(path) && (ROOTS.test(path) || places.has(path));
}
