import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '../../../src/cli/program.ts';

export const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'init');

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `rockpool …` in this process. */
export async function rockpool(...args: string[]): Promise<Said> {
  let [stdout, stderr] = ['', ''];
  const write = process.stdout.write;
  const error = console.error;
  console.error = (...words: unknown[]) => {
    stderr += `${words.join(' ')}\n`;
  };
  process.stdout.write = ((text: string) => {
    stdout += text;
    return true;
  }) as typeof process.stdout.write;
  try {
    return { code: await runProgram(args, '0.0.0'), stdout, stderr };
  } finally {
    console.error = error;
    process.stdout.write = write;
  }
}

/** A copy of a fixture's repo, in a folder of the fixture's name without its number. */
export async function copyRepo(name: string): Promise<{ readonly root: string; remove(): Promise<void> }> {
  const base = await mkdtemp(join(tmpdir(), 'rockpool-init-'));
  const root = join(base, name.replace(/^\d+-/, ''));
  await cp(join(fixtures, name, 'repo'), root, { recursive: true });
  for (const [path, target] of Object.entries(await linksOf(name))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
  return { root, remove: () => rm(base, { recursive: true, force: true }) };
}

/** Links of a fixture are made here, since git and archives do not keep all of them. */
async function linksOf(name: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(fixtures, name, 'links.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}

/** Every file below a folder and its text; `.rockpool` is left out. */
export async function readTree(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = files.filter((file) => !file.includes('/.rockpool/'));
  const read = own.map(
    async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
