import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProposedFile } from '../../src/scaffold/proposal.ts';

/** Writes what an importer made into a folder. */
export async function writeFiles(folder: string, files: readonly ProposedFile[]): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
