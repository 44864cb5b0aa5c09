import { runTool } from '../../cluster/run-tool.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { visibleText } from '../template/visible-text.ts';

/** git is local; a filter of the user's that hangs must not hold up for ever. ms */
const TIMEOUT = 60_000;

/**
 * Makes a git repository of a folder, with a first commit of all in it. No hook and no template of the user's is run or
 * copied, nothing is signed, and nobody is asked. Resolves with what could not be done, in words, or undefined; rejects
 * only with the signal's reason. @param env of the process
 */
export async function startRepository(
  folder: string,
  { message, env }: { readonly message: string; readonly env: NodeJS.ProcessEnv },
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const git = createGit(folder, env, signal);
  try {
    await init(git);
    await git('add', '--all');
    if (!(await knowsWhoCommits(git))) return noIdentity(message);
    await git('commit', '--quiet', '--no-verify', '--message', message);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RockpoolError) return asGitFailure(error.failures[0] as Failure);
    throw error;
  }
}

/** Whether there is a git to run. Rejects only with the signal's reason. */
export async function hasGit(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  const version = await tryGit(createGit(folder, env, signal), '--version');
  signal.throwIfAborted();
  return version !== undefined;
}

/** stdout; rejects with a RockpoolError */
type Git = (...args: string[]) => Promise<string>;

/**
 * The user's settings hold, but for those that run something: hooks, a monitor of files, signing, tidying up behind the
 * back. git must not guess who commits from the name of the machine.
 */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.safecrlf=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'user.useConfigOnly=true',
  'advice.defaultBranchName=false',
].flatMap((setting) => ['-c', setting]);

function createGit(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Git {
  return async (...args) => {
    const options = { env: outsideOfRepositories(env), signal, timeout: TIMEOUT };
    const { exitCode, stdout, stderr } = await runTool({
      program: 'git',
      args: ['-C', folder, ...SETTINGS, ...args],
      ...options,
    });
    if (exitCode === 0) return stdout;
    throw new RockpoolError(commandFailed(args, stderr || stdout));
  };
}

/** What a git that started rockpool (a hook, an alias) says of its own repository is of no concern here. */
function outsideOfRepositories(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !LOCAL.has(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0' };
}

/** `git rev-parse --local-env-vars`, without those that hold settings; and the user's template. */
const LOCAL = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_TEMPLATE_DIR',
]);

/** The branch is the user's default, else main; an older git knows no option for it. */
async function init(git: Git): Promise<void> {
  const branch = await tryGit(git, 'config', '--get', 'init.defaultBranch');
  await git('init', '--quiet', '--template=');
  if (!branch?.trim()) await git('symbolic-ref', 'HEAD', 'refs/heads/main');
}

async function knowsWhoCommits(git: Git): Promise<boolean> {
  const author = await tryGit(git, 'var', 'GIT_AUTHOR_IDENT');
  return author !== undefined && (await tryGit(git, 'var', 'GIT_COMMITTER_IDENT')) !== undefined;
}

async function tryGit(git: Git, ...args: string[]): Promise<string | undefined> {
  return git(...args).catch((error: unknown) => {
    if (error instanceof RockpoolError) return undefined;
    throw error;
  });
}

function commandFailed(args: readonly string[], output: string): Failure {
  const message = `The project was made, but git ${args[0]} failed: there is no first commit.`;
  return { code: 'GIT_FAILED', subject: 'git', message, output: visibleLines(output) };
}

function noIdentity(message: string): Failure {
  return {
    code: 'GIT_FAILED',
    subject: 'git',
    message: 'The git repository has no first commit: git does not know who you are.',
    hint: 'Set git config --global user.name and user.email; the files are added already. Then:',
    command: `git commit -m "${message}"`,
  };
}

/** A git that is missing, or did not end. */
function asGitFailure(failure: Failure): Failure {
  if (failure.code === 'GIT_FAILED') return failure;
  const isMissing = failure.code === 'TOOL_MISSING';
  const message = isMissing
    ? 'The project was made without a git repository: there is no program git on the PATH.'
    : `The project was made, but not its first commit: ${failure.message}`;
  return { code: isMissing ? 'GIT_MISSING' : 'GIT_FAILED', subject: 'git', message };
}

const visibleLines = (text: string): string => text.trim().split('\n').slice(-20).map(visibleText).join('\n');
