import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { copyProject, kubectl, repo, rockpool, type TestProject } from './harness.ts';
import { nameContext } from './named-context.ts';
import { type Registry, startRegistry } from './registry.ts';
import { type SecondDocker, startSecondDocker } from './second-docker.ts';

interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly hint?: string;
}

/** The programs that speak for kind and minikube: of this checkout, whoever started the cluster. */
process.env['PATH'] = [join(import.meta.dirname, 'bin'), process.env['PATH']].join(delimiter);

const isForeign = Boolean(process.env['ROCKPOOL_TEST_CONTEXT']);
let docker: SecondDocker;
let registry: Registry;
let project: TestProject;

beforeAll(async () => {
  if (isForeign) return;
  [docker, registry] = await Promise.all([startSecondDocker(), startRegistry()]);
});
afterAll(() => Promise.all([docker?.stop(), registry?.stop()]));
beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
});
afterEach(() => project.remove());

async function doctor(env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await rockpool(['doctor', '-o', 'json', '-n', project.namespace], {
    cwd: project.dir,
    env,
  });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, stderr, of: (name: string) => findings.find((finding) => finding.name === name), findings };
}

const proofPods = (namespace = 'default') =>
  kubectl('get', 'pods', '-n', namespace, '-l', 'rockpool.dev/doctor=proof', '-o', 'name');

test('finds all well, proves that a new image gets to the node, and leaves nothing', async () => {
  const { code, findings, of } = await doctor();
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(code).toBe(0);
  expect(of('proof')?.found).toMatch(/a new image gets to .*: built in [\d.]+ s, its container made in/);
  expect(of('permissions')?.found).toContain(`all that a session does in the namespace ${project.namespace}`);
  expect(of('clock')?.found).toBe('the same as the cluster’s');
  expect(await proofPods()).toBe('');
});

test('says it in lines for people, with what it would need for a broken configuration', async () => {
  await project.write('rockpool.yaml', 'version: 1\nimagse: []\n');
  const { code, stdout, stderr } = await rockpool(['doctor', '-n', project.namespace], { cwd: project.dir });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail {2}config {7}rockpool.yaml:2:1: unknown key "imagse"/m);
  expect(stdout).toMatch(/^ok {4}proof {8}a new image gets to/m);
  expect(stderr).toContain('1 failed');
});

describe.skipIf(isForeign)('on the test cluster', () => {
  test('catches a Docker Engine that is not the one the node runs from', async () => {
    const { file } = await nameContext('docker-desktop');
    const { code, of } = await doctor({ KUBECONFIG: file, DOCKER_HOST: docker.host });
    expect(code).toBe(1);
    expect(of('docker')?.status).toBe('ok');
    expect(of('proof')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(
        'minikube does not run images from the Docker Engine that rockpool builds into',
      ),
      hint: expect.stringContaining('DOCKER_HOST'),
    });
    expect(of('proof')?.found).toContain('ErrImageNeverPull');
    expect(docker.docker('image', 'ls', '--format', '{{.Repository}}')).not.toContain('rockpool-doctor');
    expect(await proofPods()).toBe('');
  });

  test('proves a delivery: by minikube image load, by kind load, by a registry', async () => {
    const minikube = await doctor({ ROCKPOOL_FAKE_MINIKUBE: 'loads', DOCKER_HOST: docker.host });
    expect(minikube.of('proof')?.found).toMatch(/a new image gets to .*, minikube image load in [\d.]+ s/);
    const kind = await nameContext('kind-rockpool');
    const loaded = await doctor({ KUBECONFIG: kind.file, DOCKER_HOST: docker.host });
    expect(loaded.of('proof')?.found).toMatch(/a new image gets to .*, kind load docker-image in [\d.]+ s/);
    const team = await nameContext('team');
    await project.edit(
      'rockpool.yaml',
      'name: hello',
      `name: hello\ncontexts: [team]\nregistry: ${registry.host}`,
    );
    const pushed = await doctor({ KUBECONFIG: team.file, DOCKER_HOST: docker.host });
    expect(pushed.of('context')?.found).toContain('listed in rockpool.yaml');
    expect(pushed.of('proof')?.found).toMatch(/a new image gets to .*, a push to .* in [\d.]+ s/);
  });

  test('a delivery that fails is told in the words of the tool', async () => {
    const kind = await nameContext('kind-other');
    const { code, of } = await doctor({ KUBECONFIG: kind.file, DOCKER_HOST: docker.host });
    expect(code).toBe(1);
    expect(of('proof')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('kind load docker-image'),
    });
  });

  test('a user who may do little is told what does not work', async () => {
    const { file } = await nameContext('minikube');
    const account = ['-n', project.namespace];
    await kubectl('create', 'namespace', project.namespace);
    await kubectl(...account, 'create', 'serviceaccount', 'little');
    await kubectl(
      ...account,
      'create',
      'rolebinding',
      'little',
      '--clusterrole=view',
      `--serviceaccount=${project.namespace}:little`,
    );
    const token = (await kubectl(...account, 'create', 'token', 'little')).trim();
    await kubectl('config', '--kubeconfig', file, 'set-credentials', 'little', `--token=${token}`);
    await kubectl('config', '--kubeconfig', file, 'set-context', '--current', '--user=little');
    const { code, of } = await doctor({ KUBECONFIG: file });
    expect(code).toBe(1);
    expect(of('permissions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('create deployments.apps'),
    });
    expect(of('nodes')).toMatchObject({ status: 'warn', found: 'you may not list them' });
    expect(of('proof')).toMatchObject({ status: 'warn', found: expect.stringContaining('not proven') });
  });

  test('Ctrl-C in the middle of the proof leaves neither pod nor image', async () => {
    const { file } = await nameContext('docker-desktop');
    const child = spawn(process.execPath, [join(repo, 'bin', 'rockpool.js'), 'doctor'], {
      cwd: project.dir,
      env: { ...process.env, KUBECONFIG: file, DOCKER_HOST: docker.host },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(child, 'exit');
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (/^ok {4}docker /m.test(text)) child.kill('SIGINT');
    });
    expect((await exit)[0]).toBe(130);
    expect(await proofPods()).toBe('');
    expect(docker.docker('image', 'ls', '--format', '{{.Repository}}')).not.toContain('rockpool-doctor');
  });

  test('a cluster that does not answer: minikube says why, and nothing is waited for again and again', async () => {
    const { file } = await nameContext('minikube');
    await kubectl('config', '--kubeconfig', file, 'set-cluster', 'minikube', '--server=https://127.0.0.1:1');
    const { code, of, findings } = await doctor({ KUBECONFIG: file, ROCKPOOL_FAKE_MINIKUBE: 'stopped' });
    expect(code).toBe(1);
    expect(of('apiserver')?.found).toContain('does not answer');
    expect(of('images')).toMatchObject({ found: 'The minikube profile minikube is not running.' });
    expect(findings.map(({ name }) => name)).not.toContain('permissions');
    expect(of('proof')).toBeUndefined();
  });

  test('a context that may not be touched is told what to add, and gets no request', async () => {
    const folder = process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster';
    const { code, of, findings } = await doctor({ KUBECONFIG: join(folder, 'kubeconfig-prod') });
    expect(of('context')).toMatchObject({
      status: 'fail',
      hint: expect.stringContaining('contexts: [prod-eu]'),
    });
    expect(findings.at(-1)?.name).toBe('context');
    expect(code).toBe(1);
  });
});
