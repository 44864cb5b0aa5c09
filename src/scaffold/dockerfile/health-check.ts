import { shellCommands, shellWords } from '../shell-words.ts';

/** How the health of a program is asked for. */
export type HealthCheck =
  | { readonly path: string; readonly port: number }
  | { readonly command: readonly string[] };

const LOCAL_URL =
  /(?:^|[\s'"`(])(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d+))?(\/[^\s'"`)]*)?(?=[\s'"`)]|$)/;

/**
 * The health check that a command stands for: a request to this machine that fails for an HTTP error becomes its path,
 * which Kubernetes can ask without a program in the image; everything else stays the command it is. Pure.
 * @param command words, or the text of a shell line with its variables replaced
 */
export function healthCheck(command: readonly string[] | string): HealthCheck {
  const words = typeof command === 'string' ? (shellCommands(command)[0] ?? []) : command;
  const [, port = '80', path = '/'] = LOCAL_URL.exec(words.join(' ')) ?? [];
  if (isPlainRequest(command, words)) return { path: path.replace(/#.*$/, ''), port: Number(port) };
  if (typeof command !== 'string') return { command };
  const isOneProgram = !/[|&;<>$`*?(){}~]/.test(command);
  return { command: isOneProgram ? shellWords(command) : ['sh', '-c', command] };
}

/** Anything more than a request (a header, a pipe, a second command) would be lost in a path. */
function isPlainRequest(command: readonly string[] | string, words: readonly string[]): boolean {
  const text = words.join(' ');
  if (!LOCAL_URL.test(text) || /https:\/\//.test(text)) return false;
  if (typeof command === 'string' && !isAlone(command)) return false;
  const [program = '', ...args] = words.slice(words.findIndex((word) => !/^\w+=/.test(word)));
  const name = program.replace(/^.*\//, '');
  if (name === 'curl') return failsForErrors(args) && !changesRequest(args);
  if (name === 'wget') return !changesRequest(args);
  if (name === 'node' || name === 'bun') return /\.ok\b|statusCode|\.status\b/.test(text);
  return /^python/.test(name) && /urllib\.request\.urlopen\(['"][^'"]+['"]\)['";\s]*$/.test(text);
}

/** One program, with nothing behind it but the usual `|| exit 1`. */
function isAlone(line: string): boolean {
  const words = shellWords(line);
  const at = words.findIndex((word) => /^(\|\|?|&&?|;|\n)$/.test(word));
  return at < 0 || /^\|\| (exit \d+|false)$/.test(words.slice(at).join(' '));
}

/** curl ends with 0 for a 404 unless it is told not to. */
function failsForErrors(args: readonly string[]): boolean {
  return args.some((arg) => /^-[a-zA-Z]*f/.test(arg) || arg === '--fail' || arg === '--fail-with-body');
}

function changesRequest(args: readonly string[]): boolean {
  return args.some((arg) =>
    /^(-[HXuduF]|--(header|request|user|data|form|post-data|post-file|method|unix-socket)\b)/.test(arg),
  );
}
