import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFiles } from '../../../src/scaffold/init/create-files.ts';
import { ignoreSessionFolder } from '../../../src/scaffold/init/ignore-session-folder.ts';
import { readTree } from './init-fixtures.ts';

async function folder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rockpool-files-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

const files = [
  { path: 'k8s/deep/web.yaml', content: 'web\n' },
  { path: 'rockpool.yaml', content: 'version: 1\n' },
];

it('makes all files, and answers what the check does', async () => {
  const root = await folder();
  expect(await createFiles(root, files, async () => 'fine')).toBe('fine');
  expect(await readTree(root)).toEqual({ 'k8s/deep/web.yaml': 'web\n', 'rockpool.yaml': 'version: 1\n' });
});

it('leaves nothing when the check fails', async () => {
  const root = await folder();
  await writeFile(join(root, 'mine.txt'), 'mine');
  const failing = createFiles(root, files, () => Promise.reject(new Error('does not render')));
  await expect(failing).rejects.toThrow('does not render');
  expect(await readTree(root)).toEqual({ 'mine.txt': 'mine' });
  await expect(readFile(join(root, 'k8s'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each(['file', 'dangling link'])('never writes over what is there: a %s', async (kind) => {
  const root = await folder();
  const there = join(root, 'rockpool.yaml');
  await (kind === 'file' ? writeFile(there, 'mine') : symlink('nowhere', there));
  await expect(createFiles(root, files, async () => 0)).rejects.toMatchObject({
    failures: [{ code: 'FILE_EXISTS' }],
  });
  expect(Object.keys(await readTree(root))).toEqual(kind === 'file' ? ['rockpool.yaml'] : []);
});

it('says which file cannot be written', async () => {
  const root = await folder();
  await writeFile(join(root, 'k8s'), 'a file where a folder is needed');
  await expect(createFiles(root, files, async () => 0)).rejects.toMatchObject({
    failures: [
      {
        code: expect.stringMatching(/FILE_EXISTS|FILE_NOT_WRITTEN/),
        message: expect.stringContaining('k8s/deep/web.yaml'),
      },
    ],
  });
});

it.each([
  [undefined, '.rockpool/\n'],
  ['dist\n', 'dist\n.rockpool/\n'],
  ['dist', 'dist\n.rockpool/\n'],
  ['dist\r\n', 'dist\r\n.rockpool/\r\n'],
  ['/.rockpool\n', '/.rockpool\n'],
  ['.rockpool/\ndist\n', '.rockpool/\ndist\n'],
])('keeps sessions out of git: %j becomes %j', async (before, after) => {
  const root = await folder();
  await mkdir(join(root, '.git'));
  if (before !== undefined) await writeFile(join(root, '.gitignore'), before);
  expect(await ignoreSessionFolder(root)).toBe(before !== after);
  expect(await readTree(root)).toEqual({ '.gitignore': after });
});

it('writes no .gitignore where there is no git', async () => {
  const root = await folder();
  expect(await ignoreSessionFolder(root)).toBe(false);
  expect(await readTree(root)).toEqual({});
});
