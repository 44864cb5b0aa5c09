import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createTextReader, type ReadTexts } from '../../../src/scaffold/survey/create-text-reader.ts';
import { surveyProject } from '../../../src/scaffold/survey/survey-project.ts';
import { walkProject } from '../../../src/scaffold/survey/walk.ts';

const signal = new AbortController().signal;

async function project(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rockpool-survey-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

it('sees what is of the project, and nothing that tools made or git leaves out', async () => {
  const root = await project({
    'a/b.txt': '',
    'node_modules/x/Dockerfile': '',
    '.git/config': '',
    '.k8s/web.yaml': '',
    '.idea/x.xml': '',
    '.gitignore': '/out\n*.log\n',
    'out/x.yaml': '',
    'a/out/y.yaml': '',
    'a/z.log': '',
    'a/.gitignore': 'secret*\n',
    'a/secret.yaml': '',
    'secret.yaml': '',
  });
  const { files, isGit } = await walkProject(root, signal);
  expect(files).toEqual([
    '.gitignore',
    'secret.yaml',
    '.k8s/web.yaml',
    'a/.gitignore',
    'a/b.txt',
    'a/out/y.yaml',
  ]);
  expect(isGit).toBe(true);
});

it('says where it stopped, and keeps what is near', async () => {
  const root = await project({ 'a/b/c/d.txt': '', 'x.txt': '', 'y/1.txt': '', 'y/2.txt': '', 'y/3.txt': '' });
  const shallow = await walkProject(root, signal, { entries: 100, depth: 1 });
  expect(shallow).toMatchObject({
    files: ['x.txt', 'y/1.txt', 'y/2.txt', 'y/3.txt'],
    notSeen: ['a/b: deeper than 1 folders'],
  });
  const few = await walkProject(root, signal, { entries: 4, depth: 9 });
  expect(few.files).toEqual(['x.txt']);
  expect(few.notSeen).toEqual(['more than 4 files and folders: the search ended at y']);
});

it('follows no link out of the tree or in a ring, and opens no pipe', async () => {
  const root = await project({ 'web/Dockerfile': 'FROM x\n', 'web/index.html': '' });
  await symlink('..', join(root, 'web/up'));
  await symlink('/', join(root, 'everything'));
  await symlink('nowhere', join(root, 'gone.yaml'));
  await mkdir(join(root, 'api'));
  await symlink('../web/Dockerfile', join(root, 'api/Dockerfile'));
  execFileSync('mkfifo', [join(root, 'pipe.yaml'), join(root, 'Makefile')]);
  const survey = await surveyProject(root, signal);
  expect(survey.dockerfiles.map(({ path }) => path)).toEqual(['api/Dockerfile', 'web/Dockerfile']);
  expect(survey.leftOut).toEqual(['everything: a link out of the project']);
});

it('takes no harm from files of any content', async () => {
  const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\na: &a [x]\n${Array.from({ length: 30 }, (_, index) => `k${index}: &k${index} [${index === 0 ? '*a, *a' : `*k${index - 1}, *k${index - 1}`}]`).join('\n')}\n`;
  const root = await project({
    Dockerfile: Buffer.from([0, 1, 2, 255]),
    'k8s/binary.yaml': Buffer.from([0x61, 0, 0xff]),
    'k8s/bomb.yaml': bomb,
    'k8s/empty.yaml': '',
    'k8s/huge.yaml': `apiVersion: v1\nkind: X\n${'#'.repeat(3 << 20)}`,
    'Chart.yaml': '- not\n- a chart\n',
    'kustomization.yaml': '- [not\n',
    'skaffold.yaml': 'build: 7\nmanifests: [x]\ndeploy: { helm: { releases: [1, { chartPath: 5 }] } }\n',
    'compose.yaml': 'services: [1, 2]\n',
    'package.json': '[1, 2',
    '.env.example': '=\n===\nA\n',
  });
  const survey = await surveyProject(root, signal);
  expect(survey.manifests).toEqual([]);
  expect(survey.broken.join('\n')).toMatch(/k8s\/bomb.yaml/);
});

it('reads so much and no more, YAML first, and says so', async () => {
  const root = await project({ 'a.json': '{}', 'b.yaml': 'bb', 'c.yaml': 'cc' });
  const few = createTextReader(root, signal, { files: 2, characters: 100 });
  const names = ({ texts }: ReadTexts) => texts.map(({ path }) => path);
  const read = await few(['a.json', 'b.yaml', 'c.yaml']);
  expect(names(read)).toEqual(['b.yaml', 'c.yaml']);
  expect(read.notRead).toEqual(['1 more files like a.json were not read']);
  const little = createTextReader(root, signal, { files: 9, characters: 1 });
  expect(names(await little(['b.yaml']))).toEqual(['b.yaml']);
  expect(await little(['c.yaml'])).toEqual({ texts: [], notRead: ['there is more text than was read'] });
});

it('names a folder that cannot be read', async (context) => {
  if (process.getuid?.() === 0) return context.skip();
  const root = await project({ 'closed/x.yaml': '' });
  await chmod(join(root, 'closed'), 0);
  onTestFinished(() => chmod(join(root, 'closed'), 0o755));
  expect((await walkProject(root, signal)).notSeen).toEqual(['closed: cannot be read (EACCES)']);
});

it('ends when it is told to', async () => {
  const root = await project({ 'a/b.yaml': '' });
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(surveyProject(root, controller.signal)).rejects.toThrow('enough');
});
