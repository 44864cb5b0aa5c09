import type { Command } from 'commander';
import { listTemplates } from '../../scaffold/template/list-templates.ts';
import type { Template, TemplateAnswer, TemplatePlace } from '../../scaffold/template/template.ts';
import { twoColumns } from './template-list.ts';

/** Prints how `rockpool new` is used: with the flags of a template's answers, or with the templates that there are. */
export async function printNewHelp(
  command: Command,
  template: Template | undefined,
  builtIn: readonly TemplatePlace[],
): Promise<void> {
  for (const answer of template?.answers ?? []) {
    command.option(`--${answer.name} <${answer.type}>`, `${answer.ask} ${presetWords(answer)}`);
  }
  const help = command.helpInformation();
  if (template) return console.log(`${help}\n${template.name}: ${template.description}`);
  const lines = (await listTemplates(builtIn)).map(
    ({ name, description }) => `  ${twoColumns(name, description)}`,
  );
  console.log(`${help}\nTemplates (rockpool new TEMPLATE --help tells what each asks):\n${lines.join('\n')}`);
}

function presetWords({ name, type, choices, default: preset }: TemplateAnswer): string {
  const kind = type === 'choice' ? `${choices.join(', ')}; ` : '';
  if (name === 'name') return '(default: that of the folder)';
  return preset === undefined ? `(${kind}needed)` : `(${kind}default: ${preset})`;
}
