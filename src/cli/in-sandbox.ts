import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAlive, readSessionFile } from '../control/session-file.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { OwnDocker } from './open-cluster.ts';
import { openProject } from './open-project.ts';
import type { ProjectOptions } from './program.ts';
import { formatFailure } from './report-error.ts';
import { systemClock } from './system-clock.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Does work on an embedded cluster of the project's own, which ends with it. */
export async function inSandbox<T extends ProjectOptions>(
  options: T,
  work: (options: T, docker: OwnDocker) => Promise<number>,
): Promise<number> {
  const { startSandbox } = await import('../sandbox/start-sandbox.ts');
  const { root } = (await openProject(options, untilInterrupted().signal)).config();
  const known = await readSessionFile(root);
  if (known && (await isAlive(known))) throw held(root, known.pid);
  let tell = (failure: Failure) => console.error(formatFailure(failure, 'warning'));
  const notice = (code: string) => (message: string) => tell({ code, subject: 'sandbox', message });
  const sandbox = await startSandbox({
    dir: sandboxFolder(root),
    kubeconfig: join(root, '.rockpool', 'sandbox', 'kubeconfig'),
    onWarning: notice('SANDBOX_DIFFERS'),
    clock: systemClock,
    report: (error) => notice('INTERNAL')(error instanceof Error ? (error.stack ?? '') : String(error)),
  });
  console.error(WORDS);
  try {
    const words = `the sandbox, at ${sandbox.dockerSocket}`;
    const onNotice: OwnDocker['onNotice'] = (listener) => {
      tell = listener;
    };
    const docker = { address: { socketPath: sandbox.dockerSocket }, words, onNotice };
    return await work({ ...options, kubeconfig: sandbox.kubeconfig, context: 'sandbox' }, docker);
  } finally {
    await sandbox.close();
  }
}

const WORDS =
  'sandbox: containers are programs of this machine, without isolation: they may do whatever you may';

/** Images are kept from one session to the next, apart from the project. */
function sandboxFolder(root: string): string {
  const { XDG_CACHE_HOME: cache = join(homedir(), '.cache') } = process.env;
  const id = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return join(cache, 'rockpool', 'sandbox', id);
}

/** Two sandboxes in one folder would end each other's programs. */
function held(root: string, pid: number): RockpoolError {
  return new RockpoolError(
    {
      code: 'SESSION_HELD',
      subject: 'session',
      message: `A session runs for ${root} already (pid ${pid}).`,
      hint: 'A sandbox belongs to one session: end that one first (q in its terminal).',
    },
    { exitCode: 3 },
  );
}
