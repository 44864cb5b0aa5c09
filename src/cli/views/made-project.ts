import { basename } from 'node:path';
import type { ChosenPort } from '../../scaffold/new/choose-ports.ts';
import type { MadeProject } from '../../scaffold/new/make-project.ts';
import type { ProjectPlace } from '../../scaffold/new/project-place.ts';
import type { Template } from '../../scaffold/template/template.ts';
import { visibleText } from '../../scaffold/template/visible-text.ts';
import { ownCommand, shellWord } from '../own-command.ts';
import { formatFailure } from '../report-error.ts';

export interface Made {
  readonly made: MadeProject;
  readonly template: Template;
  readonly place: ProjectPlace;
  readonly ports: readonly ChosenPort[];
  /** of the project, when it was made from the folder's */
  readonly name?: string;
}

/** Says what was made, what was chosen without asking, and what to type next. */
export function printMade(result: Made): void {
  const { made, template, place } = result;
  const isHere = place.folder === process.cwd();
  const shown = isHere ? basename(place.folder) : place.shown;
  const repository = made.repository ? `, a git repository${made.failure ? '' : ' with a first commit'}` : '';
  const count = `${made.files} ${made.files === 1 ? 'file' : 'files'}`;
  console.log(`Made ${shown} from the template ${template.name}: ${count}${repository}.`);
  for (const line of [...nameWords(result), ...portWords(result)]) console.log(line);
  if (made.reason) console.log(made.reason);
  const warnings = [...made.warnings, ...(made.failure ? [made.failure] : [])];
  for (const failure of warnings) console.error(`\n${formatFailure(failure, 'warning')}`);
  const enter = isHere ? [] : [`cd ${shellWord(place.shown)}`];
  const commands = [...enter, `${ownCommand(process)} up`, ...template.next];
  console.log(['', ...commands.map((line) => `  ${line}`)].join('\n'));
}

function nameWords({ name, place: { folder } }: Made): readonly string[] {
  if (name === undefined || name === basename(folder)) return [];
  return [
    `The project is called ${name}, since ${visibleText(basename(folder))} is no name for Kubernetes; --name gives another.`,
  ];
}

function portWords({ ports }: Made): readonly string[] {
  if (ports.length === 0) return [];
  const each = ports.map(({ name, port, instead }) =>
    instead === undefined ? `${port} (--${name})` : `${port} (--${name}; ${instead} is taken)`,
  );
  return [`${ports.length === 1 ? 'Port' : 'Ports'} on this machine: ${each.join(', ')}.`];
}
