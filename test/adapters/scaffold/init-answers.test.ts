import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyRepo, readTree, rockpool } from './init-fixtures.ts';

/** A copy of a fixture with changes; undefined takes a file away. */
async function project(
  name: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const { root, remove } = await copyRepo(name);
  onTestFinished(remove);
  for (const [path, text] of Object.entries(changes)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await (text === undefined
      ? rm(join(root, path), { recursive: true })
      : writeFile(join(root, path), text));
  }
  return root;
}

it('takes answers from flags, and stays with them when it runs again', async () => {
  const root = await project('16-dev-and-prod');
  const first = await rockpool(
    'init',
    root,
    '--yes',
    '--answer',
    'environment=staging',
    '--name',
    'mine',
    '-n',
    'mine-too',
  );
  expect(first.code, first.stderr).toBe(0);
  const yaml = (await readTree(root))['rockpool.yaml'];
  expect(yaml).toContain('name: mine\nnamespace: mine-too\n');
  expect(yaml).toContain('- k8s/staging/*.yaml');
  expect(first.stderr).not.toContain('Which environment');
  expect((await rockpool('init', root)).stderr).toContain('it has all that was found here');
});

it.each([
  [['--answer', 'environment=moon'], 'environment=moon: there is no such choice', 'dev, staging, prod'],
  [['--answer', 'colour=red'], 'colour: there is no such question here', 'environment'],
  [['--answer', 'environment'], 'expected id=value', 'environment=dev'],
  [['--name', 'Not A Name'], '--name Not A Name', 'lower case'],
])('refuses %j and writes nothing', async (args, message, hint) => {
  const root = await project('16-dev-and-prod');
  const before = await readTree(root);
  const said = await rockpool('init', root, '--yes', ...args);
  expect(said.code).toBe(2);
  expect(said.stderr).toContain(message);
  expect(said.stderr).toContain(hint);
  expect(await readTree(root)).toEqual(before);
});

it('makes what only the compose file has when that is answered', async () => {
  const root = await project('09-compose-and-manifests');
  const said = await rockpool('init', root, '--yes', '--answer', 'compose=make');
  expect(said.code, said.stderr).toBe(0);
  const after = await readTree(root);
  expect(after['k8s/mail.yaml']).toContain('image: mailhog/mailhog');
  expect(after['rockpool.yaml']).toContain('- k8s/*.yaml\n  - kubernetes/*.yaml');
});

it('makes manifests for a program that has none, beside those that are there', async () => {
  const root = await project('30-some-manifests');
  const said = await rockpool('init', root, '--yes', '--answer', 'services=make');
  expect(said.code, said.stderr).toBe(0);
  const after = await readTree(root);
  expect(after['k8s/api.yaml']).toContain('containerPort: 4000');
  expect(after['rockpool.yaml']).toContain('- name: some-manifests/api\n    context: api\n');
  expect(after['rockpool.yaml']).toContain('manifests:\n  - k8s/*.yaml\n');
});

it('prints what it would write with --dry-run: YAML on stdout, words on stderr, nothing on the disk', async () => {
  const root = await project('10-no-manifests');
  const before = await readTree(root);
  const said = await rockpool('init', root, '--dry-run');
  expect(said.code).toBe(0);
  expect(said.stdout).toMatch(/^# --- rockpool.yaml\n# yaml-language-server/);
  expect(said.stdout).toContain('# --- k8s/no-manifests.yaml\n');
  expect(said.stderr).toContain('nothing was written');
  expect(await readTree(root)).toEqual(before);
});

it('tells what was added since, and writes nothing', async () => {
  const root = await project('01-one-service');
  await rockpool('init', root, '--yes');
  await mkdir(join(root, 'mail'));
  await writeFile(join(root, 'mail/Dockerfile'), 'FROM x\n');
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: mail }\nspec: { containers: [{ name: mail, image: mail }] }\n';
  await writeFile(join(root, 'mail/pod.yaml'), pod);
  const before = await readTree(root);
  const said = await rockpool('init', root, '--yes');
  expect(said.code).toBe(0);
  expect(said.stderr).toMatch(
    /found here and not in it:\n {2}image mail from mail\/Dockerfile\n {2}manifests mail\/\*\.yaml\n$/,
  );
  expect(await readTree(root)).toEqual(before);
});

it('below a rockpool.yaml it says so', async () => {
  const root = await project('01-one-service');
  await rockpool('init', root, '--yes');
  const said = await rockpool('init', join(root, 'k8s'));
  expect(said).toMatchObject({ code: 0, stderr: expect.stringContaining('that of a folder above') });
});

it('leaves nothing when what it made does not render', async () => {
  const root = await project('24-liquid', {
    'k8s/api.yaml.liquid': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ "a" | nonsense }}\n',
  });
  const before = await readTree(root);
  const said = await rockpool('init', root, '--yes');
  expect(said.code).toBe(1);
  expect(said.stderr).toContain('k8s/api.yaml.liquid:4:');
  expect(await readTree(root)).toEqual(before);
});

it('does not make manifests anew where those that are there are broken', async () => {
  const root = await project('01-one-service', {
    'k8s/deployment.yaml': 'apiVersion: v1\nkind: [\n',
    'k8s/service.yaml': undefined,
  });
  const said = await rockpool('init', root, '--yes');
  expect(said.code).toBe(2);
  expect(said.stderr).toMatch(/broken: k8s\/deployment.yaml:\d+:\d+: not valid YAML/);
});

it('says what to do in an empty folder, and where there is none', async () => {
  const root = await project('01-one-service', { Dockerfile: undefined, k8s: undefined });
  const said = await rockpool('init', root);
  expect(said).toMatchObject({ code: 2, stderr: expect.stringContaining('`rockpool new` starts a project') });
  expect(await rockpool('init', join(root, 'nowhere'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not there'),
  });
});

it('is not fooled by a rockpool.yaml that leads nowhere', async () => {
  const root = await project('01-one-service');
  await symlink('nowhere.yaml', join(root, 'rockpool.yaml'));
  const said = await rockpool('init', root, '--yes');
  expect(said).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('rockpool.yaml is there already and is left as it is'),
  });
});
