import { posix } from 'node:path';
import type { Program } from '../dockerfile/programs.ts';
import type { ProjectFiles } from '../project-files.ts';
import { isTrue, type KnownReloader } from './known-reloader.ts';

/** In debug mode its reloader watches the modules that are imported. Pure. */
export function flask(
  { name, args }: Program,
  env: Readonly<Record<string, string>>,
  files: ProjectFiles,
): KnownReloader | undefined {
  if (name !== 'flask' || !args.includes('run') || args.includes('--no-reload')) return undefined;
  const isDevelopment = env['FLASK_ENV'] === 'development' && readsFlaskEnv(files);
  const debugs = args.includes('--debug') || isTrue(env['FLASK_DEBUG']) || isDevelopment;
  if (!debugs && !args.includes('--reload')) return undefined;
  return { name: 'flask in debug mode', extensions: ['py'], folders: ['/'], servesAssets: true };
}

/** Flask 2.3 took FLASK_ENV away (its change log): only where an older one is asked for, it does something. */
function readsFlaskEnv({ paths, text }: ProjectFiles): boolean {
  const lists = paths.filter((path) =>
    /^(?:requirements.*\.txt|Pipfile|pyproject\.toml)$/.test(nameOf(path)),
  );
  const wishes = lists.flatMap((path) => [...(text(path) ?? '').matchAll(WISH)]);
  return wishes.length > 0 && wishes.every(isBeforeChange);
}

const nameOf = (path: string): string => posix.basename(path);

/** `flask==2.2.5`, `Flask[async]~=2.2.1`, `flask = "^1.1"`; without a version, nothing is in the groups. */
const WISH =
  /^[\s"']*flask(?:\[[^\]]*\])?(?![\w.-])\s*(?:=\s*["'])?(?:(==|~=|<=?|\^|~)?\s*(\d+)(?:\.(\d+))?(\.\d+)?)?/gim;

function isBeforeChange([, operator = '==', major, minor = '0', patch]: RegExpMatchArray): boolean {
  if (major === undefined) return false;
  const version = Number(major) * 100 + Number(minor);
  const isOpen = operator === '^' || (operator === '~=' && patch === undefined);
  if (isOpen) return Number(major) < 2;
  return operator === '<' ? version <= CHANGE : version < CHANGE;
}

/** 2.3 */
const CHANGE = 203;
