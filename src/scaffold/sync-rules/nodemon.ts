import type { Program } from '../dockerfile/programs.ts';
import type { ProjectFiles } from '../project-files.ts';
import { type KnownReloader, valuesOf } from './known-reloader.ts';

/** nodemon with its options, nodemon.json or `nodemonConfig` of package.json; defaults are those of its documentation. */
export function nodemon(
  { name, args }: Program,
  _env: Readonly<Record<string, string>>,
  files: ProjectFiles,
): KnownReloader | undefined {
  if (name !== 'nodemon') return undefined;
  const config = configOf(files);
  const watched = valuesOf(/^(-w|--watch)$/, args);
  const folders = watched.length > 0 ? watched : listOf(config['watch']);
  const [given] = valuesOf(/^(-e|--ext)$/, args);
  const extensions = (given ?? listOf(config['ext']).join(','))
    .split(/[\s,]+/)
    .map((part) => part.replace(/^[*.]+/, ''));
  return {
    name: 'nodemon',
    extensions: extensions.some((part) => part !== '') ? extensions : usualExtensions(args),
    ...(folders.length > 0 ? { folders: folders.map(folderOf) } : {}),
    servesAssets: true,
  };
}

function usualExtensions(args: readonly string[]): readonly string[] {
  const script = args.find((arg) => /\.(ts|tsx|mts|py|rb|go)$/.test(arg)) ?? '';
  const [, extension] = /\.(\w+)$/.exec(script) ?? [];
  if (args.some((arg) => /\b(ts-node|tsx)\b/.test(arg))) return ['ts', 'json'];
  return extension === undefined ? ['js', 'mjs', 'cjs', 'json'] : [extension, 'json'];
}

function configOf(files: ProjectFiles): Readonly<Record<string, unknown>> {
  const own = parse(files.text('nodemon.json'));
  const inPackage = parse(files.text('package.json'))['nodemonConfig'];
  return Object.keys(own).length > 0 ? own : isRecord(inPackage) ? inPackage : {};
}

function parse(text = '{}'): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');

/** `src/**\/*.ts` looks at `src`. */
const folderOf = (pattern: string): string => pattern.replace(/\/?[^/]*[*?[{].*$/, '') || '.';
