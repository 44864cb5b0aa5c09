import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * A rebase, merge or cherry-pick whose folder stays while the user resolves a conflict counts as under way only this
 * long after git last touched its folder: somebody who edits files for an hour gets builds.
 */
const RECENT_MS = 300;

/** Tells whether git is rewriting the work tree at this moment. */
export interface GitOperation {
  /** "git checkout in progress", or undefined */
  underWay(): string | undefined;
}

/** Looks at the repository that holds a folder; there may be none. Worktrees and submodules have theirs elsewhere. */
export function createGitOperation(folder: string): GitOperation {
  const gitDir = findGitDir(folder);
  if (gitDir === undefined) return { underWay: () => undefined };
  const has = (name: string) => existsSync(join(gitDir, name));
  return {
    underWay: () => {
      const locked = has('index.lock');
      if (has('rebase-merge') || has('rebase-apply')) {
        return locked || touchedLately(gitDir) ? 'git rebase in progress' : undefined;
      }
      if (has('MERGE_HEAD')) return locked ? 'git merge in progress' : undefined;
      return locked ? 'git checkout in progress' : undefined;
    },
  };
}

function touchedLately(gitDir: string): boolean {
  try {
    return Date.now() - statSync(gitDir).mtimeMs < RECENT_MS;
  } catch {
    return false;
  }
}

function findGitDir(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = gitDirAt(join(at, '.git'));
    if (found !== undefined) return found;
    if (at === dirname(at)) return undefined;
  }
}

function gitDirAt(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return path;
    const [, target] = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
    return target === undefined ? undefined : resolve(dirname(path), target.trim());
  } catch {
    return undefined;
  }
}
