import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listContext } from '../build/build-context.ts';
import { readDockerIgnore } from '../build/read-docker-ignore.ts';
import type { Config } from '../config/config.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Whether the system lets the sources be watched: one inotify watch a folder. Linux; elsewhere nothing limits it. */
export async function checkInotify(
  { root, images }: Pick<Config, 'root' | 'images'>,
  signal: AbortSignal,
): Promise<Finding> {
  const [watches, instances] = await Promise.all(['max_user_watches', 'max_user_instances'].map(readLimit));
  const folders = new Set<string>([root]);
  for (const { context, dockerfile, ignore } of images) {
    const folder = join(root, context);
    const rules = await readDockerIgnore(folder, join(root, dockerfile), ignore);
    const entries = await listContext({ folder, ignore: rules.ignore, always: [] }, signal);
    for (const { kind, path } of entries) if (kind === 'directory') folders.add(join(folder, path));
  }
  return inotifyFinding(folders.size, watches, instances);
}

/** The limits are the user's for all programs together; editors take thousands. Pure. */
export function inotifyFinding(
  folders: number,
  watches: number | undefined,
  instances: number | undefined,
): Finding {
  const sources = `the build contexts have ${folders} folder${folders === 1 ? '' : 's'}`;
  if (watches === undefined || instances === undefined) return ok('watching', sources);
  const found = `${sources}, the system allows ${watches} inotify watches and ${instances} instances`;
  const hint =
    'All programs share them, editors take many. Or leave folders out that no image needs (.dockerignore).';
  if (folders > watches / 2) {
    return warn('watching', found, { hint, command: 'sudo sysctl fs.inotify.max_user_watches=524288' });
  }
  if (instances < 128) {
    return warn('watching', found, { hint, command: 'sudo sysctl fs.inotify.max_user_instances=1024' });
  }
  return ok('watching', found);
}

async function readLimit(name: string): Promise<number | undefined> {
  const text = await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => '');
  return text === '' ? undefined : Number(text);
}
