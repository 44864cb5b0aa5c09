import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from '../../completion/complete-line.ts';
import { builtInTemplates, isTemplate } from '../../scaffold/template/built-in-templates.ts';
import { findTemplate } from '../../scaffold/template/find-template.ts';
import { listTemplates } from '../../scaffold/template/list-templates.ts';
import { readTemplateHead } from '../../scaffold/template/read-template-head.ts';

/** The templates that rockpool brings, and the folders here that are one, by their paths. */
export async function templateNames(cwd: string): Promise<readonly Candidate[]> {
  const listed = await listTemplates(await builtInTemplates());
  const folders = (await readdir(cwd, { withFileTypes: true }).catch(() => [])).filter((each) =>
    each.isDirectory(),
  );
  const own = await Promise.all(
    folders.map(async ({ name }) => ((await isTemplate(join(cwd, name))) ? [{ value: `./${name}` }] : [])),
  );
  return [...listed.map(({ name, description }) => ({ value: name, about: description })), ...own.flat()];
}

/** The flags for what a template asks. Rejects when there is no such template. */
export async function templateFlags(named: string, cwd: string): Promise<readonly Candidate[]> {
  const place = await findTemplate(named, { cwd, builtIn: await builtInTemplates() });
  const { head } = await readTemplateHead(place);
  return (head?.answers ?? []).map(({ name, ask }) => ({ value: `--${name}`, about: ask }));
}
