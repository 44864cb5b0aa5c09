import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

/** The programs of this machine, as base images need them. */
export interface MachineTools {
  /** Absolute path of the first of these names that PATH has; of `node`: the one that runs this program. */
  find(names: readonly string[]): Promise<string | undefined>;
  /** What a program says when it is asked; kept until its file changes. */
  ask(program: string, args: readonly string[], signal: AbortSignal): Promise<string>;
}

/** A program that starts a virtual machine of its own may take a second, in ms. */
const ANSWER_WAIT = 10_000;

/** Looks along PATH. */
export function createMachineTools(env: Readonly<NodeJS.ProcessEnv>): MachineTools {
  const answers = new Map<string, string>();
  return {
    async find(names) {
      if (names[0] === 'node') return process.execPath;
      for (const name of names) {
        const found = await along(env['PATH'] ?? '', name);
        if (found) return found;
      }
      return undefined;
    },
    async ask(program, args, signal) {
      if (program === process.execPath) return process.versions.node;
      const { mtimeMs } = await stat(program);
      const key = JSON.stringify([program, mtimeMs, args]);
      const answer = answers.get(key) ?? (await ask(program, args, env, signal));
      answers.set(key, answer);
      return answer;
    },
  };
}

async function along(path: string, name: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((one) => one.startsWith('/'))) {
    const file = join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable && (await stat(file)).isFile()) return file;
  }
  return undefined;
}

async function ask(
  program: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  cancelSignal: AbortSignal,
): Promise<string> {
  const answer = await execa(program, args, {
    env,
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: ANSWER_WAIT,
    cancelSignal,
  });
  cancelSignal.throwIfAborted();
  return answer.all ?? '';
}
