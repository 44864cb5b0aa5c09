import { posix } from 'node:path';
import { parseImageName } from '../../build/image-name.ts';
import { shellWords } from '../shell-words.ts';
import { scriptLines } from './script-lines.ts';
import type { FoundBuild, FoundText } from './survey.ts';

/** Files that people write such lines in. Pure. */
export function mayHoldBuilds(path: string): boolean {
  return /^(?:(?:GNU)?[Mm]akefile|.*\.mk|.*\.sh|[Jj]ustfile|Taskfile\.ya?ml|package\.json)$/.test(
    posix.basename(path),
  );
}

/**
 * The images that lines such as `docker build -f docker/web.Dockerfile -t shop/web .` build, with the variables of the
 * file filled in. What depends on anything else is left out. Pure.
 * @param paths every file of the project: of the folders that a line may run in the one that has its Dockerfile is taken
 */
export function dockerBuildLines(
  { path, source }: FoundText,
  paths: ReadonlySet<string>,
): readonly FoundBuild[] {
  return scriptLines({ path, source }).flatMap(({ text: expanded, line }) => {
    return [...expanded.matchAll(COMMAND)].flatMap(({ index, 1: args = '' }) => {
      const build = readArguments(shellWords(args));
      const folder = FOLDER.exec(expanded.slice(0, index))?.[1];
      return build ? resolve(build, { path, line, folder, paths }) : [];
    });
  });
}

const COMMAND = /\b(?:docker|podman|nerdctl)\s+(?:image\s+)?(?:buildx\s+)?build\s+([^;&|]*)/g;
/** `cd web && ` before it. */
const FOLDER = /(?:^|[\s;&("])cd\s+([^\s;&|]+)\s*(?:&&|;)[^;|]*$/;

interface Arguments {
  readonly context: string;
  readonly file?: string | undefined;
  readonly tag?: string | undefined;
  readonly target?: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** names of arguments whose values only the line's own tool knows */
  readonly unknown: readonly string[];
}

/** Flags without a value. */
const SWITCHES = /^(?:--(?:no-cache|pull|push|load|quiet|rm|force-rm|squash|compress|no-trunc)|-q)$/;

function readArguments(words: readonly string[]): Arguments | undefined {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name, value] = /^(--?[a-zA-Z][\w-]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined) rest.push(word);
    else if (!SWITCHES.test(name))
      values.set(name, [...(values.get(name) ?? []), value ?? words[++at] ?? '']);
  }
  const [context] = rest;
  if (context === undefined || isUnknown(context) || context === '-') return undefined;
  const first = (...names: string[]) => names.flatMap((name) => values.get(name) ?? [])[0];
  const args = (values.get('--build-arg') ?? []).map((text) => text.split(/=(.*)/s).slice(0, 2));
  return {
    context,
    file: first('-f', '--file'),
    tag: first('-t', '--tag'),
    target: first('--target'),
    args: Object.fromEntries(args.filter(([, value]) => value !== undefined && !isUnknown(value))),
    unknown: args.flatMap(([name = '', value]) => (value === undefined || isUnknown(value) ? [name] : [])),
  };
}

/** What only the shell, make or the environment knows. */
const isUnknown = (text: string): boolean => /[$`{}<>*]/.test(text);

interface Where {
  readonly path: string;
  readonly line: number;
  readonly folder: string | undefined;
  readonly paths: ReadonlySet<string>;
}

/** A Makefile's lines run in its folder, a script's mostly at the top. */
function resolve(
  { context, file, tag, target, args, unknown }: Arguments,
  where: Where,
): readonly FoundBuild[] {
  const starts = [...new Set([posix.dirname(where.path), '.'])];
  if (file !== undefined && isUnknown(file)) return [];
  for (const start of starts) {
    const folder = posix.join(start, where.folder ?? '.');
    const build = posix.join(folder, context).replace(/\/$/, '');
    const dockerfile = file === undefined ? posix.join(build, 'Dockerfile') : posix.join(folder, file);
    if (!where.paths.has(dockerfile) || !where.paths.has(build)) continue;
    const image = imageOf(tag);
    const at = posix.basename(where.path) === 'package.json' ? where.path : `${where.path}:${where.line}`;
    return [
      {
        at,
        ...(image === undefined ? {} : { image }),
        dockerfile,
        context: build,
        ...(target === undefined || isUnknown(target) ? {} : { target }),
        args,
        ...(unknown.length === 0
          ? {}
          : { notes: unknown.map((name) => `${at} computes the build argument ${name}; give it in args`) }),
      },
    ];
  }
  return [];
}

/** The tag may be unknown; the name may not. */
function imageOf(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined;
  const { repository } = parseImageName(tag.replace(/:(?=[^/]*[$`{])[^/]*$/, ''));
  return isUnknown(repository) ? lastKnown(repository) : repository;
}

/** `$(REGISTRY)/web` is at least some `web`. */
function lastKnown(repository: string): string | undefined {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  return isUnknown(last) || !repository.includes('/') ? undefined : last;
}
