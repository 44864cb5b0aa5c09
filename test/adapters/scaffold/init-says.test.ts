import { realpath } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { makeProject } from '../../unit/config/make-project.ts';
import { standInTools } from '../deploy/stand-in-tools.ts';
import { readTree, rockpool } from './init-fixtures.ts';
import { proposed, workload } from './proposed.ts';

const web = {
  'web/Dockerfile': 'FROM node:24-slim\nCOPY . .\nCMD ["node", "web.js"]\n',
  'web/web.js': '',
  'k8s/web.yaml': workload('web', 'acme/web', 80),
};

it('init --yes has the proposal on stdout, as it writes it', async () => {
  const root = await makeProject(web);
  const said = await rockpool('init', root, '--yes');
  expect(said.code, said.stderr).toBe(0);
  expect(said.stdout).toBe((await readTree(root))['rockpool.yaml']);
});

it('init says how this rockpool is started', async () => {
  const file = await realpath('bin/rockpool.js');
  const argv = process.argv;
  process.argv = ['node', file];
  try {
    const said = await rockpool('init', await makeProject(web), '--yes');
    expect(said.stderr).toMatch(new RegExp(`\\nnext: cd \\S+ && ${file} up\\n`));
  } finally {
    process.argv = argv;
  }
});

it('an image is named with the line that names it', async () => {
  expect((await proposed(web)).said).toContain('k8s/web.yaml:11 runs it');
});

it('render says on stderr what it took the project to mean', async () => {
  const root = await makeProject(web);
  vi.spyOn(process, 'cwd').mockReturnValue(root);
  try {
    const said = await rockpool('render');
    expect(said.code, said.stderr).toBe(0);
    expect(said.stderr).toContain('image acme/web from web/Dockerfile: k8s/web.yaml:11 runs it');
    expect(said.stdout).toContain('kind: Deployment');
  } finally {
    vi.restoreAllMocks();
  }
});

it('what is wrong with a proposal is placed in text that can be seen', async () => {
  await standInTools({ helm: 'echo "Error: broken" >&2; exit 1' });
  const root = await makeProject({
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
    'chart/templates/web.yaml': workload('web', 'redis'),
  });
  const said = await rockpool('init', root, '--yes');
  expect(said.stderr).toMatch(/rockpool.yaml as proposed:\d+:\d+: helm does not render chart/);
  expect(said.stdout).toContain('helm: { chart: chart }');
  vi.spyOn(process, 'cwd').mockReturnValue(root);
  try {
    const rendered = await rockpool('render');
    expect(rendered.stderr).toContain('rockpool.yaml as `rockpool init --dry-run` prints it:');
  } finally {
    vi.restoreAllMocks();
  }
});

it('a compose file for tests is not the one that counts', async () => {
  const compose = { 'web/docker-compose.test.yml': 'services: { sut: { build: . } }\n' };
  const alone = await proposed({ 'web/Dockerfile': web['web/Dockerfile'], 'web/web.js': '', ...compose });
  expect(alone.files.map(({ path }) => path)).toEqual(['k8s/web.yaml']);
  expect(alone.said).not.toContain('sut');
});

it('what is for something else than development here is not asked about', async () => {
  const { questions } = await proposed({
    ...web,
    'web/tests/Dockerfile': 'FROM node:24-slim\nCOPY . .\n',
    'web/tests/x.js': '',
    'compose-dev.yaml': 'services: { app: { image: docker/dev-environments-default:stable-1 } }\n',
  });
  expect(questions).toEqual([]);
});
