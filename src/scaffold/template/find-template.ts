import { realpath, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { RockpoolError } from '../../session/failure.ts';
import { didYouMean } from '../../session/nearest-names.ts';
import { isTemplate } from './built-in-templates.ts';
import type { TemplatePlace } from './template.ts';
import { visibleText } from './visible-text.ts';

/**
 * The template that somebody names: one that rockpool brings, by its name, or a folder, by a path that has a `/` or begins
 * with a dot. Rejects with a RockpoolError of code TEMPLATE_UNKNOWN and exit code 2.
 */
export async function findTemplate(
  named: string,
  { cwd, builtIn }: { readonly cwd: string; readonly builtIn: readonly TemplatePlace[] },
): Promise<TemplatePlace> {
  const known = builtIn.find(({ name }) => name === named);
  if (known) return known;
  if (/^[a-z+]+:\/\/|^git@/.test(named)) throw unknown(named, FROM_NETWORK);
  const path = resolve(cwd, named);
  if (isPath(named)) return findFolder(named, path, cwd);
  if (await isTemplate(path)) throw unknown(named, `The folder here is named by a path: ./${named}`);
  const names = builtIn.map(({ name }) => name);
  const hint =
    didYouMean(named, names) ?? `There are: ${names.join(', ')}. A folder is named by a path, as ./${named}`;
  throw unknown(named, hint);
}

const FROM_NETWORK = 'Templates are not fetched from anywhere: clone it, and name the folder.';

const isPath = (named: string): boolean => named.startsWith('.') || named.includes('/');

/** A link to the folder is followed: it was named by who runs rockpool. */
async function findFolder(named: string, path: string, cwd: string): Promise<TemplatePlace> {
  const folder = await realpath(path).catch(() => undefined);
  if (folder === undefined) throw unknown(named, 'There is no such folder.');
  if (!(await stat(folder)).isDirectory()) throw unknown(named, 'It is no folder.');
  const inside = relative(cwd, path);
  const shown = inside === '' ? '.' : inside.startsWith('..') ? path : inside;
  return { name: named, folder, shown };
}

function unknown(named: string, hint: string): RockpoolError {
  const message = `There is no template ${visibleText(JSON.stringify(named))}.`;
  return new RockpoolError(
    { code: 'TEMPLATE_UNKNOWN', subject: `template/${visibleText(named)}`, message, hint: visibleText(hint) },
    { exitCode: 2 },
  );
}
