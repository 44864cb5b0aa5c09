import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TEMPLATE_FILE } from './read-template-head.ts';
import type { TemplatePlace } from './template.ts';

/** The templates that rockpool brings, sorted by name; empty where its package has none. */
export async function builtInTemplates(
  root = packageFolder(import.meta.dirname),
): Promise<readonly TemplatePlace[]> {
  const folder = join(root, 'templates');
  const names = await readdir(folder).catch(() => []);
  const places = names
    .sort()
    .map((name) => ({ name, folder: join(folder, name), shown: join(folder, name) }));
  const found = await Promise.all(
    places.map(async (place) => ((await isTemplate(place.folder)) ? [place] : [])),
  );
  return found.flat();
}

/** Whether a folder says that it is a template. */
export async function isTemplate(folder: string): Promise<boolean> {
  const found = await stat(join(folder, TEMPLATE_FILE)).catch(() => undefined);
  return found?.isFile() ?? false;
}

/** The folder of rockpool's own package, from its sources as well as from the bundle in dist. */
function packageFolder(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && nameIn(file) === 'rockpool') return folder;
  }
  return from;
}

function nameIn(file: string): unknown {
  return (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name;
}
