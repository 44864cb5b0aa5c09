import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  copyProject,
  is,
  kubectl,
  now,
  rockpool,
  startSession,
  type TestProject,
  type TestSession,
  untilAnswer,
} from './harness.ts';
import { nameContext } from './named-context.ts';
import { LOGIN, type Registry, startRegistry } from './registry.ts';
import { type SecondDocker, startSecondDocker } from './second-docker.ts';

/** Images are built by a Docker Engine that the node does not run from, as beside a kind or containerd cluster. */
let docker: SecondDocker;
let registry: Registry;
let project: TestProject;
let session: TestSession | undefined;
let first: string;

/** The programs that speak for kind, k3d and minikube: of this checkout, whoever started the cluster. */
process.env['PATH'] = [join(import.meta.dirname, 'bin'), process.env['PATH']].join(delimiter);

const CLUSTER = process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster';
const isForeign = Boolean(process.env['ROCKPOOL_TEST_CONTEXT']);

beforeAll(async () => {
  if (isForeign) return;
  [docker, registry] = await Promise.all([startSecondDocker(), startRegistry()]);
});
afterAll(() => Promise.all([docker?.stop(), registry?.stop()]));
beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
  // an image that no node has from another test
  first = randomUUID();
  await project.write('web/www/index.html', `${first}\n`);
});
afterEach(async () => {
  await session?.stop();
  session = undefined;
  await project.remove();
});

/** The loop with a save, in an environment: what was served came through the delivery, since the node has no other way. */
async function saveAndServe(env: NodeJS.ProcessEnv, way: string, ref: RegExp): Promise<void> {
  session = startSession(project, [], env);
  const delivered = await session.next(is('image.delivered'), { timeout: 90_000 });
  expect(delivered).toMatchObject({ image: 'hello/web', generation: 1, way, skipped: false });
  expect(delivered.ref).toMatch(ref);
  const { port } = await session.next(is('forward.opened'));
  const serves = (text: string) => untilAnswer(`http://127.0.0.1:${port}/`, (body) => body.trim() === text);
  await serves(first);
  const from = now(session);
  await project.write('web/www/index.html', `second ${first}\n`);
  await serves(`second ${first}`);
  const built = await session.next(is('build.succeeded'), { from });
  const again = await session.next(is('image.delivered'), { from });
  expect(again.seq).toBeLessThan(built.seq);
  expect(built.ref).toBe(again.ref);
  expect(session.events.filter(is('effect.crashed'))).toEqual([]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(isForeign)('images come to a node that runs from elsewhere', () => {
  test('by minikube image load, where the profile has containerd; what the node has is not brought again', async () => {
    const env = { ROCKPOOL_FAKE_MINIKUBE: 'loads', DOCKER_HOST: docker.host };
    await saveAndServe(env, 'minikube image load', /^hello\/web:rp-/);
    const { stderr } = await rockpool(['build', '-n', project.namespace], { cwd: project.dir, env });
    expect(stderr).toContain('brought to the nodes by minikube image load');
    expect(stderr).toContain('hello/web  is on the nodes already');
  });

  test('by kind load', async () => {
    const { file } = await nameContext('kind-rockpool');
    const env = { KUBECONFIG: file, DOCKER_HOST: docker.host };
    await saveAndServe(env, 'kind load docker-image', /^hello\/web:rp-/);
  });

  test('by k3d image import', async () => {
    const { file } = await nameContext('k3d-rockpool');
    const env = { KUBECONFIG: file, DOCKER_HOST: docker.host };
    await saveAndServe(env, 'k3d image import', /^hello\/web:rp-/);
  });

  test('a newer save ends a load under way, and so does the end of the session', async () => {
    const { file } = await nameContext('kind-rockpool');
    const calls = join(project.dir, 'calls');
    await writeFile(calls, '');
    const hanging = { ROCKPOOL_FAKE_LOADER: 'hangs', ROCKPOOL_FAKE_CALLS: calls };
    session = startSession(project, [], { KUBECONFIG: file, DOCKER_HOST: docker.host, ...hanging });
    const loads = async () =>
      [...(await readFile(calls, 'utf8')).matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
    const loading = (count: number) =>
      vi.waitFor(async () => expect(await loads()).toHaveLength(count), { timeout: 30_000 });
    await loading(1);
    await project.write('web/www/index.html', `second ${first}\n`);
    await loading(2);
    const [older = 0, newer = 0] = await loads();
    expect(isAlive(older)).toBe(false);
    expect(isAlive(newer)).toBe(true);
    expect(session.events.filter(is('image.delivered'))).toEqual([]);
    expect(await session.stop()).toBe(143);
    expect(isAlive(newer)).toBe(false);
  });

  test('by a push to the registry of rockpool.yaml, from which the node pulls', async () => {
    const { file } = await nameContext('team');
    const to = `${registry.host}/me`;
    await project.edit('rockpool.yaml', 'name: hello', `name: hello\ncontexts: [team]\nregistry: ${to}`);
    const env = { KUBECONFIG: file, DOCKER_HOST: docker.host };
    await saveAndServe(env, `a push to ${to}`, new RegExp(`^${to}/hello/web:rp-`));
    expect(await registry.tags('me/hello/web')).toHaveLength(2);
    const events = await kubectl(
      'get',
      'events',
      '-n',
      project.namespace,
      '-o',
      'jsonpath={.items[*].message}',
    );
    expect(events).toContain(`Successfully pulled image "${to}/hello/web:rp-`);
    const current = await rockpool(['wait', '--for', 'current', '--timeout', '60s'], {
      cwd: project.dir,
      env,
    });
    expect(current).toMatchObject({ code: 0 });
    const looked = await rockpool(['doctor', '-n', project.namespace, '-o', 'json'], {
      cwd: project.dir,
      env,
    });
    expect(looked.stdout).toMatch(/one runs: .* pid \d+/);
    expect(looked.stdout).toContain('held by the session that runs here');
    // the same again: built already, and the registry has it
    const { stderr, stdout } = await rockpool(['build', '-n', project.namespace], { cwd: project.dir, env });
    expect(stderr).toContain('hello/web  is on the nodes already');
    expect(stdout).toMatch(new RegExp(`^${to}/hello/web:rp-`));
    const diff = await rockpool(['diff', '-n', project.namespace], { cwd: project.dir, env });
    expect(diff).toMatchObject({ code: 0 });
  });

  test('by a push to the registry that the cluster names', async () => {
    const { file } = await nameContext('kind-other');
    const hosting = `localRegistryHosting.v1=host: "localhost:${registry.host.split(':')[1]}"\nhostFromContainerRuntime: "${registry.host}"`;
    await kubectl('create', 'namespace', 'kube-public').catch(() => undefined);
    await kubectl(
      '-n',
      'kube-public',
      'create',
      'configmap',
      'local-registry-hosting',
      `--from-literal=${hosting}`,
    );
    try {
      const env = { KUBECONFIG: file, DOCKER_HOST: docker.host };
      const { code, stderr, stdout } = await rockpool(['apply', '-n', project.namespace], {
        cwd: project.dir,
        env,
      });
      expect(stderr).toContain('Deployment');
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      await kubectl('-n', project.namespace, 'rollout', 'status', 'deployment/web', '--timeout=60s');
      const image = await kubectl(
        ...['-n', project.namespace, 'get', 'deployment/web'],
        ...['-o', 'jsonpath={.spec.template.spec.containers[0].image}'],
      );
      expect(image).toMatch(new RegExp(`^${registry.host}/hello/web:rp-`));
      // the name to push by is gone again
      expect(docker.docker('image', 'ls', '--format', '{{.Repository}}')).not.toContain('localhost:');
    } finally {
      await kubectl('-n', 'kube-public', 'delete', 'configmap', 'local-registry-hosting');
    }
  });
});

describe.skipIf(isForeign)(
  'where this machine has no Docker, images are built by minikube image build',
  () => {
    const env = { ROCKPOOL_FAKE_MINIKUBE: 'loads', DOCKER_HOST: 'unix:///nowhere.sock' };

    test('the loop: a save is live, and what a build breaks on is told with its line', async () => {
      session = startSession(project, [], env);
      const { durationMs } = await session.next(is('build.succeeded'), { timeout: 90_000 });
      expect(durationMs).toBeGreaterThan(0);
      const { port } = await session.next(is('forward.opened'));
      const serves = (text: string) =>
        untilAnswer(`http://127.0.0.1:${port}/`, (body) => body.trim() === text);
      await serves(first);
      await project.write('web/www/index.html', `second ${first}\n`);
      await serves(`second ${first}`);
      const from = now(session);
      await project.edit('web/Dockerfile', 'EXPOSE', 'RUN echo on the way && exit 3\nEXPOSE');
      const { failure } = await session.next(is('build.failed'), { from });
      expect(failure).toMatchObject({
        code: 'BUILD_FAILED',
        message: 'RUN echo on the way && exit 3 ended with exit code 3.',
        output: 'on the way',
        at: { file: 'web/Dockerfile', line: 4 },
      });
      expect(session.events.filter(is('image.delivered'))).toEqual([]);
      expect(session.events.filter(is('effect.crashed'))).toEqual([]);
    });

    test('an image of the project is built on another; secrets take a Docker Engine, which is said', async () => {
      const config = await readFile(join(project.dir, 'rockpool.yaml'), 'utf8');
      const base =
        '  - name: hello/base\n    dockerfile: base.Dockerfile\n    args: { TEXT: "a=b, c" }\n    ignore: ["*"]\n';
      await project.write('rockpool.yaml', config.replace('manifests:', `${base}manifests:`));
      await project.write('base.Dockerfile', `FROM busybox\nARG TEXT\nRUN echo ${first} $TEXT > /base\n`);
      await project.edit('web/Dockerfile', 'FROM busybox', 'FROM hello/base AS web');
      await project.edit('web/Dockerfile', 'COPY www', 'RUN grep a=b /base\nCOPY www');
      const build = () => rockpool(['build', '-n', project.namespace], { cwd: project.dir, env });
      const built = await build();
      expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/hello\/base:rp-\w+/) });
      expect(built.stderr).toContain('built by minikube image build in the profile minikube');
      expect(built.stderr).toMatch(/hello\/web {2}built in [\d.]+ s/);
      expect((await build()).stderr).toContain('hello/web  is built already');
      await project.edit('rockpool.yaml', 'context: web', 'context: web\n    secrets: { key: web/run.sh }');
      await project.write('web/www/index.html', 'third\n');
      const refused = await build();
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('takes a Docker Engine, since it uses secrets');
      expect(refused.stderr).toContain('minikube start -p NAME --container-runtime=docker');
    });

    test('doctor proves it', async () => {
      const { code, stdout } = await rockpool(['doctor', '-n', project.namespace], { cwd: project.dir, env });
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(/^ok {4}images {7}built by minikube image build/m);
      expect(stdout).toMatch(/^\w+ +proof {8}a new image gets to/m);
    });

    test('a build under way ends with the session, and leaves nothing in the node', async () => {
      await project.edit('web/Dockerfile', 'COPY www', 'RUN sleep 1000\nCOPY www');
      session = startSession(project, [], env);
      await session.next(is('build.progressed', ({ step }) => step.startsWith('RUN sleep')));
      const contexts = () => readdir(join(CLUSTER, 'build'));
      const own = (await contexts()).filter((name) => name.startsWith('rockpool-build-'));
      expect(own).not.toEqual([]);
      expect(await session.stop()).toBe(143);
      expect((await contexts()).filter((name) => own.includes(name))).toEqual([]);
    });
  },
);

describe.skipIf(isForeign)('a registry that asks for a login', () => {
  test('is told with the command to log in, and takes what `docker login` left', async () => {
    const closed = await startRegistry({ login: true });
    const config = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
    try {
      const { file } = await nameContext('team');
      await project.edit(
        'rockpool.yaml',
        'name: hello',
        `name: hello\ncontexts: [team]\nregistry: ${closed.host}`,
      );
      const env = { KUBECONFIG: file, DOCKER_HOST: docker.host, DOCKER_CONFIG: config };
      const build = () => rockpool(['build', '-n', project.namespace], { cwd: project.dir, env });
      const refused = await build();
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('asks for a login');
      expect(refused.stderr).toContain(`docker login ${closed.host}`);
      await writeFile(
        join(config, 'config.json'),
        JSON.stringify({ auths: { [closed.host]: { auth: LOGIN } } }),
      );
      const taken = await build();
      expect(taken).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`${closed.host}/hello/web:rp-`),
      });
      expect(await closed.tags('hello/web')).toHaveLength(1);
    } finally {
      await Promise.all([closed.stop(), rm(config, { recursive: true })]);
    }
  });

  test('that nobody listens at is told with its address', async () => {
    const { file } = await nameContext('team');
    await project.edit(
      'rockpool.yaml',
      'name: hello',
      'name: hello\ncontexts: [team]\nregistry: 127.0.0.1:1/x',
    );
    const env = { KUBECONFIG: file, DOCKER_HOST: docker.host };
    const { code, stderr } = await rockpool(['build', '-n', project.namespace], { cwd: project.dir, env });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing answers at 127.0.0.1:1');
  });
});
