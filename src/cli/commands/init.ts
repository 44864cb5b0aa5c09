import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findConfig } from '../../config/find-config.ts';
import type { LoadConfigOptions } from '../../config/load-config.ts';
import { writeSchemaFile } from '../../config/schema-file.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { checkProposal } from '../../scaffold/init/check-proposal.ts';
import { createFiles } from '../../scaffold/init/create-files.ts';
import { createHelmCharts } from '../../scaffold/init/helm-charts.ts';
import { ignoreSessionFolder } from '../../scaffold/init/ignore-session-folder.ts';
import type { Answers, Proposal } from '../../scaffold/proposal.ts';
import { proposeProject } from '../../scaffold/propose/propose-project.ts';
import type { Survey } from '../../scaffold/survey/survey.ts';
import { surveyProject } from '../../scaffold/survey/survey-project.ts';
import { RockpoolError } from '../../session/failure.ts';
import { askQuestions, confirmWriting } from '../ask-questions.ts';
import { compareWithConfig } from '../compare-with-config.ts';
import { checkAnswers, givenAnswers } from '../given-answers.ts';
import { ownCommand } from '../own-command.ts';
import { printAnswers, printFiles, printLeftOut, printReasons, quote } from '../print-proposal.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface InitOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly name?: string;
  readonly namespace?: string;
  /** `id=value` */
  readonly answer: readonly string[];
}

/**
 * `rockpool init`: a rockpool.yaml for the project in `folder`, with the manifests that it lacks. Where there is a
 * rockpool.yaml it says what that does not have, and writes nothing.
 */
export async function init(folder: string | undefined, options: InitOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const root = await projectFolder(folder ?? '.');
  const load: LoadConfigOptions = { cwd: root, env: process.env, git: createGitFacts };
  const survey = await surveyProject(root, signal);
  if ((await findConfig(root)) !== undefined) return compareWithConfig(survey, load, signal);
  const withCharts = createHelmCharts(root, signal);
  const propose = async (answers: Answers) =>
    proposeProject(await withCharts(survey, answers), answers) ?? nothingFound(survey);
  const { proposal, isAgreed, isShown } = await settle(survey, propose, { options, signal });
  if (!isAgreed) return 1;
  if (options.dryRun) return dryRun(proposal);
  if (!isShown) printFiles(proposal);
  const made = [...proposal.files, { path: 'rockpool.yaml', content: proposal.yaml }];
  const checked = await createFiles(root, made, () => checkProposal(proposal.yaml, load, signal));
  for (const warning of checked.warnings) console.error(`warning: ${warning}`);
  for (const { path } of made) console.error(`made ${path}`);
  for (const words of checked.notChecked) console.error(`not checked: ${words}`);
  if (checked.resources.length > 0) console.error(`checked: it renders ${checked.resources.join(', ')}`);
  await prepareFolder(root);
  console.error(`next: ${folder === undefined ? '' : `cd ${quote(folder)} && `}${ownCommand(process)} up`);
  return 0;
}

async function projectFolder(folder: string): Promise<string> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory()) return root;
  const message = `${folder} is ${found ? 'no folder' : 'not there'}`;
  throw new RockpoolError(
    { code: 'NO_FOLDER', subject: 'init', message, hint: 'name the folder of a project' },
    { exitCode: 2 },
  );
}

/** The schema for editors, and the folder of sessions out of git: good to have, and a session makes up for both. */
async function prepareFolder(root: string): Promise<void> {
  try {
    await writeSchemaFile(root);
    if (await ignoreSessionFolder(root)) console.error('added .rockpool/ to .gitignore');
  } catch (error) {
    console.error(`warning: ${(error as Error).message}`);
  }
}

/** The proposal with all questions answered: by flags, at the terminal, or by their defaults. */
async function settle(
  survey: Survey,
  propose: (answers: Answers) => Promise<Proposal>,
  { options, signal }: { readonly options: InitOptions; readonly signal: AbortSignal },
): Promise<{ readonly proposal: Proposal; readonly isAgreed: boolean; readonly isShown: boolean }> {
  const given = givenAnswers(options);
  const isAsking = isTerminal() && !options.yes && !options.dryRun;
  const proposal = isAsking ? await askQuestions(propose, given, signal) : await propose(given);
  checkAnswers(given, proposal.questions);
  printReasons(survey, proposal);
  if (!isAsking) printAnswers(proposal, given);
  printLeftOut(proposal);
  return { proposal, isAgreed: !isAsking || (await confirmWriting(proposal)), isShown: isAsking };
}

function dryRun(proposal: Proposal): number {
  printFiles(proposal);
  console.error('nothing was written (--dry-run)');
  return 0;
}

const isTerminal = (): boolean =>
  process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env['CI'];

function nothingFound({ dockerfiles, broken, leftOut }: Survey): never {
  const found = dockerfiles.map(({ path }) => path);
  const seen = [...(found.length > 0 ? [found.join(', ')] : []), ...broken, ...leftOut];
  const also = seen.length === 0 ? '' : ` (found ${seen.join('; ')})`;
  const failure =
    broken.length > 0
      ? {
          message: `what there is to be applied is broken: ${broken.join('; ')}`,
          hint: 'mend it and run `rockpool init` again',
        }
      : {
          message: `nothing here could be run in a cluster: no Kubernetes manifests, charts, kustomizations, compose files or Dockerfiles${also}`,
          hint: '`rockpool new` starts a project from a template; to add rockpool to this one, write a Dockerfile first',
        };
  throw new RockpoolError({ code: 'NOTHING_TO_INIT', subject: 'config', ...failure }, { exitCode: 2 });
}
