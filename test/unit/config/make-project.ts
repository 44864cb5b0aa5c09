import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with these files, removed when the test ends. */
export async function makeProject(files: Readonly<Record<string, string>>, name = 'shop'): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'rockpool-project-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const root = join(base, name);
  await mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
