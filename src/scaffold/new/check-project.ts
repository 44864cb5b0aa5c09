import { join } from 'node:path';
import { findConfig } from '../../config/find-config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { templateProblem } from '../template/template-problem.ts';

/**
 * Loads the configuration of a project that is being made, as every command does. Resolves with what is only not on this machine
 * yet, such as the file of a secret. Rejects with a RockpoolError of exit code 2 that holds every other problem (TEMPLATE_INVALID).
 * A project without rockpool.yaml has none. @param template its name
 */
export async function checkProject(
  folder: string,
  { template, env }: { readonly template: string; readonly env: NodeJS.ProcessEnv },
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const file = await findConfig(folder, join(folder, 'rockpool.yaml')).catch(() => undefined);
  if (file === undefined) return [];
  try {
    await loadConfig({ cwd: folder, file, env, git: createGitFacts }, signal);
    return [];
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    const wrong = error.failures.filter((failure) => !isOfMachine(failure));
    if (wrong.length === 0) return error.failures;
    const problems = wrong.map(({ message, at, hint }) => templateProblem(template, message, at, hint));
    throw new RockpoolError(problems, { exitCode: 2, cause: error });
  }
}

/** Variables of the environment and files of secrets are whoever's runs the project, and no part of a template. */
function isOfMachine({ message }: Failure): boolean {
  return /^the file of the secret |the environment variable \S+ is not set/.test(message);
}
