import { posix } from 'node:path';
import type { ProjectFiles } from '../project-files.ts';
import { shellCommands, shellWords } from '../shell-words.ts';

/** A program and its arguments, with wrappers such as `tini --` and `npm run` taken away. */
export interface Program {
  /** without its folder */
  readonly name: string;
  readonly args: readonly string[];
  /** variables that are set before it in a shell line */
  readonly env: Readonly<Record<string, string>>;
}

/** Scripts that call scripts that call scripts: nobody goes deeper on purpose. */
const MAX_DEPTH = 5;

/** Programs that run another one, which their first argument that is no option names. */
const WRAPPERS = new Set(
  'tini dumb-init catatonit exec env npx bunx cross-env dotenv nice nohup time gosu su-exec'.split(' '),
);
/** Of those, the ones whose first argument is a user. */
const WITH_USER = new Set(['gosu', 'su-exec']);
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh']);
const PACKAGE_MANAGERS = new Set(['npm', 'yarn', 'pnpm', 'bun']);
/** `poetry run x` */
const RUNNERS = new Set(['poetry', 'uv', 'pipenv', 'pdm', 'hatch', 'rye']);

/**
 * The programs that a command line ends up with: scripts of package.json, shell scripts of the project, wrappers and
 * `concurrently` are seen through as far as their files are known. Pure.
 * @param words as a container runs them; operators of a shell may be among them
 * @param files of the folder that it runs in
 */
export function programsOf(words: readonly string[], files: ProjectFiles): readonly Program[] {
  return splitAtOperators(words).flatMap((command) => unwrap(command, files, {}, 0));
}

function splitAtOperators(words: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (/^(&&|\|\||[;|&])$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((command) => command.length > 0);
}

type Env = Readonly<Record<string, string>>;

function unwrap(words: readonly string[], files: ProjectFiles, env: Env, depth: number): readonly Program[] {
  const [first, ...args] = words;
  if (first === undefined || depth > MAX_DEPTH) return [];
  const again = (more: readonly string[], set = env) => unwrap(more, files, set, depth + 1);
  const assigned = /^([A-Za-z_]\w*)=(.*)$/s.exec(first);
  if (assigned) return again(args, { ...env, [assigned[1] ?? '']: assigned[2] ?? '' });
  const name = posix.basename(first);
  if (SHELLS.has(name)) return inShell(args, files, env, depth);
  const wrapped = wrappedBy(name, args);
  if (wrapped) return again(wrapped);
  if (PACKAGE_MANAGERS.has(name)) return ofPackageManager({ name, args, env }, files, depth);
  if (name === 'concurrently')
    return args.filter(isNoOption).flatMap((line) => ofLine(line, files, env, depth));
  const script = first.includes('/') || name.endsWith('.sh') ? scriptText(name, files) : undefined;
  if (script !== undefined) return ofScript(script, args, files, env, depth);
  return [{ name, args, env }];
}

/** What a wrapper runs; undefined for a program that is none. */
function wrappedBy(name: string, args: readonly string[]): readonly string[] | undefined {
  if (WRAPPERS.has(name)) return withoutOptions(args).slice(WITH_USER.has(name) ? 1 : 0);
  if (RUNNERS.has(name) && args[0] === 'run') return withoutOptions(args.slice(1));
  if (name === 'go' && args[0] === 'tool') return args.slice(1);
  if (name === 'go' && args[0] === 'run' && /@|^[\w.-]+\.[a-z]+\//.test(args[1] ?? ''))
    return [(args[1] ?? '').replace(/@.*$/, '').replace(/\/v\d+$/, ''), ...args.slice(2)];
  if (name === 'bundle' && args[0] === 'exec') return args.slice(1);
  return /^python[\d.]*$/.test(name) && args[0] === '-m' ? args.slice(1) : undefined;
}

function inShell(args: readonly string[], files: ProjectFiles, env: Env, depth: number): readonly Program[] {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (at >= 0) return ofLine(args[at + 1] ?? '', files, env, depth);
  const [file, ...rest] = withoutOptions(args);
  const script = file === undefined ? undefined : scriptText(posix.basename(file), files);
  return script === undefined ? [] : ofScript(script, rest, files, env, depth);
}

function ofLine(line: string, files: ProjectFiles, env: Env, depth: number): readonly Program[] {
  return shellCommands(line).flatMap((words) => unwrap(words, files, env, depth + 1));
}

/** What a script ends with, which is what stays. `exec "$@"` runs its arguments. */
function ofScript(
  script: string,
  args: readonly string[],
  files: ProjectFiles,
  env: Env,
  depth: number,
): readonly Program[] {
  const lines = script.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const last =
    lines.map((line) => line.trim()).findLast((line) => line !== '' && !line.startsWith('#')) ?? '';
  if (/^(exec )?"?\$[@*]"?$/.test(last)) return unwrap(args, files, env, depth + 1);
  return unwrap(shellWords(last), files, env, depth + 1);
}

/** The shortest path wins: a script at the top before one in a folder. */
function scriptText(name: string, files: ProjectFiles): string | undefined {
  const found = files.paths.filter((path) => posix.basename(path) === name);
  const [path] = found.sort((a, b) => a.length - b.length);
  const text = path === undefined ? undefined : files.text(path);
  return text !== undefined && /^#!.*\b(ba|da|a)?sh\b/.test(text) ? text : undefined;
}

/** `npm run dev`, `yarn dev`, `npm start`, `pnpm exec vite`. */
function ofPackageManager(
  { name, args, env }: Program,
  files: ProjectFiles,
  depth: number,
): readonly Program[] {
  const words = args.filter(isNoOption);
  const [verb, second] = words;
  if (verb === 'exec' || verb === 'dlx' || verb === 'x') {
    return unwrap(withoutOptions(args.slice(args.indexOf(verb) + 1)), files, env, depth + 1);
  }
  const script = verb === 'run' || verb === 'run-script' ? second : verb;
  const line = script === undefined ? undefined : scriptsOf(files)[script];
  if (line === undefined) return [{ name, args, env }];
  return ofLine(line, files, env, depth);
}

function scriptsOf(files: ProjectFiles): Readonly<Record<string, string>> {
  try {
    const { scripts } = JSON.parse(files.text('package.json') ?? '{}') as { scripts?: unknown };
    const entries = Object.entries((scripts ?? {}) as Record<string, unknown>);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

const isNoOption = (arg: string): boolean => !arg.startsWith('-');

function withoutOptions(args: readonly string[]): readonly string[] {
  const at = args.findIndex(isNoOption);
  return at < 0 ? [] : args.slice(at);
}
