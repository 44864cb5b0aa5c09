import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configJsonSchema } from './config-json-schema.ts';

/**
 * Writes `.rockpool/schema.json`, which the first line of rockpool.yaml names to editors, and a .gitignore that keeps
 * the folder out of git. Writes nothing when both are there already.
 */
export async function writeSchemaFile(root: string): Promise<void> {
  const folder = join(root, '.rockpool');
  await mkdir(folder, { recursive: true });
  await writeIfOther(join(folder, 'schema.json'), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  await writeIfOther(join(folder, '.gitignore'), '*\n');
}

async function writeIfOther(file: string, text: string): Promise<void> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== text) await writeFile(file, text);
}
