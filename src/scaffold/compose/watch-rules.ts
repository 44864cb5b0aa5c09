import { posix } from 'node:path';
import type { ProjectFiles } from '../project-files.ts';
import { shellWords } from '../shell-words.ts';
import { classify, isBesideProgram, isNeverSynced } from '../sync-rules/file-kinds.ts';
import { isPlain } from '../sync-rules/patterns.ts';
import type { ProposedSync } from '../sync-rules/propose-sync.ts';
import type { ComposeImage } from './compose-images.ts';
import { textsOf, type Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/**
 * Sync rules from `develop.watch`, which says itself what is synced. Undefined when the service has none. A folder with
 * something in it that is ignored or rebuilt is taken apart. Pure but for the notes.
 * @param files of the project
 */
export function watchRules(
  service: string,
  map: ReadonlyMap<string, Value>,
  image: ComposeImage,
  files: ProjectFiles,
  notes: Notes,
): readonly ProposedSync[] | undefined {
  const watch = map.get('develop')?.map?.get('watch')?.list;
  if (!watch) return undefined;
  const rebuilt = watch.filter((item) => actionOf(item) === 'rebuild').map((item) => pathOf(item, image));
  return watch.flatMap((item): readonly ProposedSync[] => {
    const action = actionOf(item);
    const path = pathOf(item, image);
    const target = item.map?.get('target')?.text ?? '';
    if (!action.startsWith('sync')) {
      if (action !== 'rebuild')
        notes.leave(item.at, `${service}: \`develop.watch\` with action ${action} is left out`);
      return [];
    }
    if (path === undefined || !posix.isAbsolute(target)) {
      notes.leave(
        item.at,
        `${service}: \`develop.watch\` needs a path in the build context and an absolute target`,
      );
      return [];
    }
    const ignored = textsOf(item.map?.get('ignore')).map((part) => posix.join(path, part).replace(/\/$/, ''));
    const without = [...ignored, ...rebuilt.flatMap((part) => part ?? [])];
    const exec = item.map?.get('exec')?.map?.get('command');
    const run = exec?.text === undefined ? textsOf(exec) : shellWords(exec.text);
    const more = {
      ...(action === 'sync+exec' && run.length > 0 ? { run } : {}),
      ...(action === 'sync+restart' ? { restart: true as const } : {}),
      reason: `develop.watch of ${service} (${item.at.file}:${item.at.line})`,
    };
    return patternsOf(path, target, without, contextFiles(files, image))
      .filter(({ from }) => isPlain(from))
      .map((rule) => ({
        ...rule,
        ...more,
      }));
  });
}

const actionOf = (item: Value): string => item.map?.get('action')?.text ?? '';

/** Relative to the build context, '' for all of it; undefined outside of it. */
function pathOf(item: Value, { context }: ComposeImage): string | undefined {
  const path = posix.join(posix.dirname(item.at.file), item.map?.get('path')?.text ?? '.');
  const inside = posix.relative(context, path);
  return inside.startsWith('..') ? undefined : inside;
}

function contextFiles(files: ProjectFiles, { context }: ComposeImage): readonly string[] {
  if (context === '.') return files.paths;
  return files.paths
    .filter((path) => path.startsWith(`${context}/`))
    .map((path) => path.slice(context.length + 1));
}

interface Pattern {
  readonly from: string;
  readonly to: string;
}

/** What the program watches is not known; nothing is left out for it. */
const EVERYTHING = {
  how: '',
  extensions: 'all',
  folders: ['/'],
  compiles: false,
  servesAssets: false,
  bundles: false,
} as const;

function patternsOf(
  path: string,
  target: string,
  without: readonly string[],
  files: readonly string[],
): Pattern[] {
  if (files.includes(path)) return [{ from: path, to: target }];
  const prefix = path === '' ? '' : `${path}/`;
  const isApart = without.some((part) => part !== path && (path === '' || part.startsWith(prefix)));
  if (!isApart && path !== '') return [{ from: `${prefix}**`, to: target }];
  const inside = files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  const names = new Set(inside.map((file) => file.split('/')[0] ?? ''));
  return [...names].sort().flatMap((name) => {
    const from = prefix + name;
    const to = posix.join(target, name);
    if (without.includes(from) || isBesideProgram(`${name}/`) || isNeverSynced(`${name}/`)) return [];
    if (!inside.includes(name)) return patternsOf(from, to, without, files);
    return classify(from, to, EVERYTHING) === 'noticed' ? [{ from, to }] : [];
  });
}
