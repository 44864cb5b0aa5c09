import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import { toolMissing } from './run-tool.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Resolves with the environment when its PATH has the program. Rejects with a RockpoolError of code TOOL_MISSING, so that
 * this is known before the first build and not after it.
 */
export async function requireProgram(program: string, env: Environment): Promise<Environment> {
  if (await findProgram(program, env)) return env;
  throw new RockpoolError(toolMissing(program));
}

/** Where the PATH of an environment has a program; undefined for nowhere. */
export async function findProgram(program: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder || '.', program);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
