import type { Candidate } from '../../completion/complete-line.ts';
import { builtInTemplates } from '../../scaffold/template/built-in-templates.ts';
import { listTemplates } from '../../scaffold/template/list-templates.ts';

/** The templates that rockpool brings. */
export async function templateNames(): Promise<readonly Candidate[]> {
  const listed = await listTemplates(await builtInTemplates());
  return listed.map(({ name, description }) => ({ value: name, about: description }));
}
