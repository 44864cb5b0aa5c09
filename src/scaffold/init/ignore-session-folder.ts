import { randomBytes } from 'node:crypto';
import { lstat, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Adds `.rockpool/` to the project's .gitignore, when it is in git and the line is not there yet; the rest of the file
 * stays as it is. Answers whether anything was written.
 */
export async function ignoreSessionFolder(root: string): Promise<boolean> {
  if (!(await isInGit(root))) return false;
  const file = join(root, '.gitignore');
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isFile()) return false;
  const text = found ? await readFile(file, 'utf8') : '';
  if (/^\s*\/?\.rockpool\/?\s*$/m.test(text)) return false;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? text : `${text}${end}`;
  const whole = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(whole, `${before}.rockpool/${end}`, { flag: 'wx', ...(found ? { mode: found.mode } : {}) });
  await rename(whole, file);
  return true;
}

async function isInGit(root: string): Promise<boolean> {
  for (let folder = root; ; folder = dirname(folder)) {
    if (await stat(join(folder, '.git')).catch(() => undefined)) return true;
    if (folder === dirname(folder)) return false;
  }
}
