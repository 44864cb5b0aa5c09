import { execFile } from 'node:child_process';

/** What templates may know of the project's git repository. Each is asked for once, when it is first needed. */
export interface GitFacts {
  /** the short commit id; empty outside a repository, or before its first commit */
  short(): Promise<string>;
  /** the branch; empty outside a repository, or when none is checked out */
  branch(): Promise<string>;
  /** whether tracked files differ from the commit */
  dirty(): Promise<boolean>;
}

/** git is local and quick; one that hangs (a network file system) must not hold up a session. */
const TIMEOUT = 5_000;

/** Asks the `git` on PATH. Never rejects: whatever git refuses to say is empty. */
export function createGitFacts(folder: string): GitFacts {
  const ask = (...args: string[]) => once(() => runGit(folder, args));
  const short = ask('rev-parse', '--short', 'HEAD');
  const branch = ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  const status = ask('status', '--porcelain', '--untracked-files=no');
  return { short, branch, dirty: async () => (await status()) !== '' };
}

/** Takes no locks, so that a session does not get in the way of the user's own git. */
function runGit(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', folder, ...args],
      { env, timeout: TIMEOUT, maxBuffer: 16 << 20 },
      (error, stdout) => {
        resolve(error ? '' : stdout.trim());
      },
    );
  });
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
