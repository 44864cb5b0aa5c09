import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFiles } from '../../support/write-files.ts';
import { rockpool } from './init-fixtures.ts';

const FILES = {
  'compose.yaml': `services:
  a:
    image: x:\${TAG}
    ports: ["\${PORT}:80"]
    env_file: .env
    environment: { A: "\${FOO}", B: }
    secrets: [token, other]
    command: run --key=\${FOO}
  b:
    build: { context: ., args: [FOO] }
secrets:
  token: { file: ./token.txt }
  other: { environment: FOO }
`,
  Dockerfile: 'FROM busybox\nARG FOO\nCMD sleep 1\n',
  '.env': 'FOO=hush1\nTAG=3\nPORT=8085\nB=hush2\nDB_PASSWORD=hush3\n',
  'token.txt': 'hush4\n',
};

async function project(ignore: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rockpool-secrets-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const files = Object.entries({ ...FILES, '.gitignore': ignore });
  await writeFiles(
    root,
    files.map(([path, content]) => ({ path, content, reason: '' })),
  );
  return root;
}

const made = async (root: string): Promise<string> =>
  (
    await Promise.all(
      ['rockpool.yaml', 'k8s/a.yaml', 'k8s/b.yaml'].map((path) => readFile(join(root, path), 'utf8')),
    )
  ).join('\n');

test('what git does not take is in no file that init makes, and each value that is missing is told', async () => {
  const root = await project('.env\n/token.txt\n');
  const { code, stdout, stderr } = await rockpool('init', root, '--yes');
  expect(code).toBe(0);
  const text = await made(root);
  expect(text + stdout + stderr).not.toContain('hush');
  expect(text).toContain('image: x:3');
  expect(text).toContain('local: 8085');
  const copies = 'kept out of git, so it is not copied: `--answer secrets=copy` copies it';
  for (const words of [
    `compose.yaml:5 a: what is in the env_file .env is ${copies}`,
    `compose.yaml:6 the variable FOO is taken for empty: its value in .env is ${copies}`,
    `compose.yaml:6 a: B has no value here, its value in .env is ${copies}`,
    `compose.yaml:7 a: token is not mounted, what is in it is ${copies}`,
    `compose.yaml:7 a: other is not mounted, what is in it is ${copies}`,
    `compose.yaml:8 the variable FOO is taken for empty: its value in .env is ${copies}`,
    `compose.yaml:10 b: the build argument FOO is ${copies}`,
  ])
    expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/is not there|write it into \.env|not here:/);
});

test('it is copied when that is answered', async () => {
  const root = await project('.env\ntoken.txt\n');
  const { code, stderr } = await rockpool('init', root, '--yes', '--answer', 'secrets=copy');
  expect(code).toBe(0);
  const text = await made(root);
  for (const value of ['hush1', 'hush2', 'DB_PASSWORD: hush3', 'hush4', '--key=hush1'])
    expect(text).toContain(value);
  expect(stderr).not.toMatch(/kept out of git, so|is not there|write it into \.env/);
});

test('nothing is asked where git takes it', async () => {
  const root = await project('dist/\n');
  const { stderr } = await rockpool('init', root, '--yes');
  expect(stderr).not.toContain('secrets=');
  expect(await made(root)).toContain('hush4');
});
