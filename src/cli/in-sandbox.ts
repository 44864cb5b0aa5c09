import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAlive, readSessionFile } from '../control/session-file.ts';
import { RockpoolError } from '../session/failure.ts';
import { agreeToSandbox } from './agree-to-sandbox.ts';
import type { OwnDocker } from './open-cluster.ts';
import { openProject } from './open-project.ts';
import type { ProjectOptions } from './program.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withSandbox } from './with-sandbox.ts';

export interface InSandboxOptions extends ProjectOptions {
  /** the project's commands may run in it, without a question */
  readonly yes?: boolean;
}

/** Does work on an embedded cluster of the project's own, which ends with it. Somebody has to agree first. */
export async function inSandbox<T extends InSandboxOptions>(
  options: T,
  work: (options: T, docker: OwnDocker) => Promise<number>,
): Promise<number> {
  const { signal } = untilInterrupted();
  const { root } = (await openProject(options, signal)).config();
  const known = await readSessionFile(root);
  if (known && (await isAlive(known))) throw held(root, known.pid);
  await agreeToSandbox({ root, yes: options.yes === true }, signal);
  const place = { dir: sandboxFolder(root), kubeconfig: join(root, '.rockpool', 'sandbox', 'kubeconfig') };
  return withSandbox(place, ({ docker, ...cluster }) => work({ ...options, ...cluster }, docker));
}

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
