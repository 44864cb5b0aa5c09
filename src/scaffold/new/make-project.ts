import { writeSchemaFile } from '../../config/schema-file.ts';
import { type Failure, RockpoolError } from '../../session/failure.ts';
import { fillTemplate } from '../template/fill-template.ts';
import type { Template } from '../template/template.ts';
import { checkProject } from './check-project.ts';
import { findRepository } from './find-repository.ts';
import { hasGit, startRepository } from './git-repository.ts';
import { planRepository } from './plan-repository.ts';
import type { ProjectPlace } from './project-place.ts';
import { writeProject } from './write-project.ts';

export interface MakeProject {
  readonly template: Template;
  readonly values: Readonly<Record<string, string>>;
  readonly place: ProjectPlace;
  /** --git, --no-git or neither */
  readonly git?: boolean | undefined;
  /** of the process */
  readonly env: NodeJS.ProcessEnv;
}

export interface MadeProject {
  /** count */
  readonly files: number;
  /** with or without a first commit: then `failure` tells why */
  readonly repository: boolean;
  /** why there is no repository though nobody said so, in words */
  readonly reason?: string;
  /** what went wrong after the files were written */
  readonly failure?: Failure;
  /** what the project needs and this machine does not have yet */
  readonly warnings: readonly Failure[];
}

/**
 * Makes a project from a template whose answers are known: all of it or nothing. That git fails is told and costs only the
 * commit, unless a repository was asked for and there is no git. Rejects as `writeProject` does, and with a RockpoolError of exit
 * code 2 (TEMPLATE_INVALID) when no command could load the project.
 */
export async function makeProject(options: MakeProject, signal: AbortSignal): Promise<MadeProject> {
  const { template, values, place, git, env } = options;
  const plan = await planRepository(place, git);
  if (git && !(await hasGit(place.base, env, signal))) throw gitMissing();
  const files = fillTemplate(template, values);
  let failure: Failure | undefined;
  let repository = false;
  let warnings: readonly Failure[] = [];
  const finish = async (folder: string): Promise<void> => {
    warnings = await checkProject(folder, { template: template.name, env }, signal);
    if (place.state !== 'used') await writeSchemaFile(folder);
    const message = `Start from the template ${template.title}`;
    if (!plan.isMade) return;
    failure = await startRepository(folder, { message, env }, signal);
    repository = (await findRepository(folder)) === folder;
  };
  await writeProject({ place, files, finish }, signal);
  // A folder that was there may have it already: it is rockpool's own to write, and `up` does so again.
  if (place.state === 'used') await writeSchemaFile(place.folder).catch(() => undefined);
  return {
    files: files.length,
    repository,
    warnings,
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function gitMissing(): RockpoolError {
  return new RockpoolError({
    code: 'GIT_MISSING',
    subject: 'git',
    message: 'There is no program git on the PATH. Nothing was written.',
    hint: 'Install it, or leave --git out.',
  });
}
