import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { GitMarkers } from './git-operation.ts';

/** The git folder that a path's checkout belongs to: `.git`, or where a worktree's or submodule's `.git` file points. */
export function findGitFolder(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    const stats = statSync(git, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return git;
    if (stats?.isFile()) return pointedTo(git, folder);
    if (folder === dirname(folder)) return undefined;
  }
}

/** A look at what git leaves in its folder while it works: a few dozen microseconds. */
export function readGitMarkers(folder: string): GitMarkers {
  const stat = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false });
  const lock = stat('index.lock');
  const operation = OPERATIONS.find(([, marker]) => stat(marker))?.[0];
  return {
    ...(lock ? { lock: `${lock.ino}:${lock.birthtimeMs}` } : {}),
    headAt: Math.max(stat('HEAD')?.mtimeMs ?? 0, stat('logs/HEAD')?.mtimeMs ?? 0),
    ...(operation ? { operation } : {}),
  };
}

const OPERATIONS = [
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['merge', 'MERGE_HEAD'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['revert', 'REVERT_HEAD'],
  ['bisect', 'BISECT_LOG'],
] as const;

/** `gitdir: ../.git/worktrees/feature` */
function pointedTo(file: string, folder: string): string | undefined {
  const [, target] = /^gitdir:\s*(.+?)\s*$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return target === undefined ? undefined : resolve(folder, target);
}
