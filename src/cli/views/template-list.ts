import { listTemplates } from '../../scaffold/template/list-templates.ts';
import type { TemplatePlace } from '../../scaffold/template/template.ts';

/** Prints the templates with what they are, for people or as JSON with what they ask. */
export async function printTemplates(
  places: readonly TemplatePlace[],
  output: 'text' | 'json',
): Promise<void> {
  const listed = await listTemplates(places);
  if (output === 'text')
    return console.log(listed.map(({ name, description }) => twoColumns(name, description)).join('\n'));
  const data = listed.map(({ name, description, answers }) => ({
    name,
    description,
    answers: answers.map(({ name: flag, ask, type, choices, default: preset }) => ({
      name: flag,
      ask,
      type,
      ...(type === 'choice' ? { choices } : {}),
      ...(preset === undefined ? {} : { default: preset }),
    })),
  }));
  console.log(JSON.stringify(data, undefined, 2));
}

/** A word and what it means. Pure. */
export function twoColumns(word: string, meaning: string): string {
  return `${word.padEnd(10)}  ${meaning}`;
}
