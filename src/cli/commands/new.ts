import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { Cancelled } from '../../scaffold/new/asker.ts';
import { checkFlags, chooseAnswers } from '../../scaffold/new/choose-answers.ts';
import { choosePorts } from '../../scaffold/new/choose-ports.ts';
import { isPortFree } from '../../scaffold/new/is-port-free.ts';
import { localPorts } from '../../scaffold/new/local-ports.ts';
import { makeProject } from '../../scaffold/new/make-project.ts';
import { projectName } from '../../scaffold/new/project-name.ts';
import { findPlace, type ProjectPlace } from '../../scaffold/new/project-place.ts';
import { builtInTemplates } from '../../scaffold/template/built-in-templates.ts';
import { findTemplate } from '../../scaffold/template/find-template.ts';
import { readTemplate } from '../../scaffold/template/read-template.ts';
import type { Template, TemplatePlace } from '../../scaffold/template/template.ts';
import { RockpoolError } from '../../session/failure.ts';
import { type AnswerWords, splitAnswerWords } from '../answer-words.ts';
import { chooseFolder, chooseTemplate, terminalAsker } from '../choose-project.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { printMade } from '../views/made-project.ts';
import { printNewHelp } from '../views/new-help.ts';
import { printTemplates } from '../views/template-list.ts';

export interface NewOptions {
  readonly yes?: boolean;
  readonly git?: boolean;
  /** --git and --no-git at once */
  readonly isGitDenied?: boolean;
  readonly list?: boolean;
  readonly help?: boolean;
  readonly output: 'text' | 'json';
}

/** `rockpool new`: a project from a template; 130 when a question is left. @param command holds the words that are no options */
export async function newProject(command: Command, options: NewOptions): Promise<number> {
  const words = splitAnswerWords(command.args);
  const builtIn = await builtInTemplates();
  if (options.output === 'json' && !options.list) throw usage('-o json goes with --list.');
  if (words.operands.length > 2)
    throw usage(`One template and one folder can be named, not also ${words.operands[2]}.`);
  if (words.operands.includes(''))
    throw usage('A template and a folder have names; one of the words is empty.');
  if (options.isGitDenied) throw usage('--git and --no-git cannot both be meant.');
  const { signal } = untilInterrupted();
  try {
    if (options.list) await printTemplates(builtIn, options.output);
    else if (options.help) await printNewHelp(command, await namedTemplate(words, builtIn, signal), builtIn);
    else await makeAsked(words, options, builtIn, signal);
    return 0;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    console.error('Nothing was written.');
    return 130;
  }
}

async function namedTemplate(
  { operands: [named] }: AnswerWords,
  builtIn: readonly TemplatePlace[],
  signal: AbortSignal,
): Promise<Template | undefined> {
  if (named === undefined) return undefined;
  return readTemplate(await findTemplate(named, { cwd: process.cwd(), builtIn }), signal);
}

/** Everything that can be wrong is found before anything is asked, where that is possible. */
async function makeAsked(
  words: AnswerWords,
  { yes = false, git }: NewOptions,
  builtIn: readonly TemplatePlace[],
  signal: AbortSignal,
): Promise<void> {
  const asker = yes ? undefined : terminalAsker();
  const cwd = process.cwd();
  const named = words.operands[0] ?? (await chooseTemplate(builtIn, asker, signal));
  const source = await findTemplate(named, { cwd, builtIn });
  const template = await readTemplate(source, signal);
  const problems = checkFlags(template.answers, words.flags);
  if (problems.length > 0) throw new RockpoolError(problems, { exitCode: 2 });
  const [, dir] = words.operands;
  const place =
    dir === undefined
      ? await chooseFolder({ template, name: words.flags.get('name'), asker, yes, cwd }, signal)
      : await findPlace(cwd, dir);
  await refuseInside(source, place);
  const ports = await choosePorts(localPorts(template), words.flags, isPortFree);
  const flags = new Map([...words.flags, ...ports.map(({ name, port }) => [name, port] as const)]);
  const given = { flags, name: projectName(place.folder), asker };
  const values = await chooseAnswers(template, given, signal);
  const made = await makeProject({ template, values, place, git, env: process.env }, signal);
  const isNamed = words.flags.has('name');
  printMade({ made, template, place, ports, ...(isNamed ? {} : { name: values['name'] ?? '' }) });
}

/** The next copy would have the project in it. */
async function refuseInside({ folder, shown }: TemplatePlace, place: ProjectPlace): Promise<void> {
  const way = relative(await realpath(folder), place.folder);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw usage(`${place.shown} is inside of the template ${shown}: the project would become part of it.`);
}

function usage(message: string): RockpoolError {
  const hint = 'rockpool new --help shows how it is used.';
  return new RockpoolError({ code: 'USAGE', subject: 'new', message, hint }, { exitCode: 2 });
}
