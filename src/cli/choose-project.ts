import { homedir } from 'node:os';
import type { Asker } from '../scaffold/new/asker.ts';
import { createClackAsker } from '../scaffold/new/clack-asker.ts';
import { findPlace, findTaken, type ProjectPlace } from '../scaffold/new/project-place.ts';
import { listTemplates } from '../scaffold/template/list-templates.ts';
import type { Template, TemplatePlace } from '../scaffold/template/template.ts';
import { RockpoolError } from '../session/failure.ts';

/** Asks on the terminal of this process, if people can be asked on it. */
export function terminalAsker(): Asker | undefined {
  const { stdin, stderr, env } = process;
  return stdin.isTTY && stderr.isTTY && !env['CI'] ? createClackAsker() : undefined;
}

/** The name of a template, asked for. Rejects with a RockpoolError of exit code 2 when nobody can be asked. */
export async function chooseTemplate(
  builtIn: readonly TemplatePlace[],
  asker: Asker | undefined,
  signal: AbortSignal,
): Promise<string> {
  const listed = await listTemplates(builtIn);
  if (!asker) {
    const names = listed.map(({ name }) => name).join(', ');
    throw missing('Which template?', `Name one: rockpool new TEMPLATE DIR. There are: ${names}.`);
  }
  const choices = listed.map(({ name, description }) => ({ value: name, hint: description }));
  return asker.choice({ question: 'What kind of project?', choices }, signal);
}

export interface ChooseFolder {
  readonly template: Template;
  /** of the command line: what is good for the project is good for its folder */
  readonly name?: string | undefined;
  readonly asker?: Asker | undefined;
  /** --yes */
  readonly yes: boolean;
  readonly cwd: string;
}

/**
 * The folder of the project when the command line has none: named as the project, with --yes as the template, else asked for
 * until it is one that can be written to.
 * Rejects with a RockpoolError of exit code 2 when nobody can be asked.
 */
export async function chooseFolder(
  { template, name, asker, yes, cwd }: ChooseFolder,
  signal: AbortSignal,
): Promise<ProjectPlace> {
  const preset = name ?? template.title;
  if (name !== undefined || yes) return findPlace(cwd, preset);
  if (!asker) throw missing('Which folder?', `Name it: rockpool new ${template.name} DIR`);
  for (let question = 'In which folder?'; ; ) {
    const place = await placeOf(await asker.text({ question, preset, problem: needed }, signal), cwd);
    const taken = typeof place === 'string' ? place : await takenWords(place, template);
    if (typeof place !== 'string' && taken === undefined) return place;
    question = `${taken} In which other folder?`;
  }
}

const needed = (value: string): string | undefined =>
  value.trim() === '' ? 'A folder is needed.' : undefined;

/** The place of a folder that was typed, or why it can be none. */
async function placeOf(typed: string, cwd: string): Promise<ProjectPlace | string> {
  // What a shell would have made of it.
  const folder = typed.trim().replace(/^~(?=\/|$)/, homedir());
  return findPlace(cwd, folder).catch((error) => {
    if (error instanceof RockpoolError) return error.message;
    throw error;
  });
}

async function takenWords(place: ProjectPlace, { files }: Template): Promise<string | undefined> {
  const paths = files.map(({ path }) => path);
  const taken = await findTaken(place, paths);
  if (taken.length === 0) return undefined;
  const more = taken.length > MAX_NAMED ? ` and ${taken.length - MAX_NAMED} more` : '';
  return `${place.shown} has ${taken.slice(0, MAX_NAMED).join(', ')}${more} already, and nothing is overwritten.`;
}

/** A question is a line or two. */
const MAX_NAMED = 3;

function missing(message: string, hint: string): RockpoolError {
  return new RockpoolError({ code: 'ANSWER_MISSING', subject: 'new', message, hint }, { exitCode: 2 });
}
