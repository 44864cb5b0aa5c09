import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configJsonSchema } from './config-json-schema.ts';

/** What the first line of rockpool.yaml tells editors. */
export const MODELINE = '# yaml-language-server: $schema=.rockpool/schema.json';

/**
 * Writes `.rockpool/schema.json`, which the first line of rockpool.yaml names to editors, and a .gitignore that keeps
 * the folder out of git. Writes nothing when both are there already.
 */
export function writeSchemaFile(root: string): Promise<void> {
  return writeSchema(root, 'schema.json', configJsonSchema());
}

/** The same for any schema. */
export async function writeSchema(root: string, name: string, schema: object): Promise<void> {
  const folder = join(root, '.rockpool');
  await mkdir(folder, { recursive: true });
  await writeIfOther(join(folder, name), `${JSON.stringify(schema, undefined, 2)}\n`);
  await writeIfOther(join(folder, '.gitignore'), '*\n');
}

/**
 * Writes the schema file of a fresh clone, where the configuration names it and git has none. Never rejects: a folder
 * that cannot be written is no reason not to read the project.
 * @param config rockpool.yaml, absolute
 */
export async function writeMissingSchema(config: string): Promise<void> {
  const root = dirname(config);
  const there = await stat(join(root, '.rockpool', 'schema.json')).catch(() => undefined);
  if (there) return;
  const text = await readFile(config, 'utf8').catch(() => '');
  if (/^#\s*yaml-language-server\s*:\s*\$schema=(\.\/)?\.rockpool\/schema\.json\s*$/m.test(text)) {
    await writeSchemaFile(root).catch(() => undefined);
  }
}

async function writeIfOther(file: string, text: string): Promise<void> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== text) await writeFile(file, text);
}
