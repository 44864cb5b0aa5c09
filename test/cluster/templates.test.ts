import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { repo, untilAnswer } from './harness.ts';
import { ended, type MadeProject, makeProject } from './made-project.ts';
import type { PlainSession } from './plain-session.ts';
import { type Registry, startRegistry } from './registry.ts';

/** Each template as its users have it: made by `rockpool new`, run by `make`. `NAME` stands for the project's name. */
interface Trial {
  readonly template: string;
  /** answers that are ports */
  readonly ports: readonly string[];
  readonly workloads: readonly string[];
  readonly images: readonly string[];
  /** Services that answer /info */
  readonly services: readonly string[];
  /** the page shows `text` after it: the edit may be done again */
  readonly edit: { readonly file: string; readonly from: RegExp; readonly to: (text: string) => string };
  readonly metric: string;
  /** commands in pods, and one for this machine, if it needs nothing but what the checkout has */
  readonly tests: readonly (readonly string[])[];
  readonly makeTest: boolean;
  readonly lacks: string;
}

const TRIALS: readonly Trial[] = [
  {
    template: 'node',
    ports: ['port'],
    workloads: ['deployment/NAME'],
    images: ['NAME'],
    services: ['NAME'],
    edit: {
      file: 'src/app.ts',
      from: /settings\.greeting\}.*\\n/,
      to: (text) => `settings.greeting} ${text}\\n`,
    },
    metric: 'http_requests_total{method="GET",status="200"}',
    tests: [['NAME', 'npm', 'test']],
    makeTest: true,
    lacks: 'GREETING is not set',
  },
  {
    template: 'python',
    ports: ['port'],
    workloads: ['deployment/NAME'],
    images: ['NAME'],
    services: ['NAME'],
    edit: {
      file: 'app/main.py',
      from: /settings\.greeting\}.*\\n/,
      to: (text) => `settings.greeting} ${text}\\n`,
    },
    metric: 'http_requests_total{method="GET",status="200"}',
    tests: [['NAME', 'python', '-m', 'pytest']],
    makeTest: false,
    lacks: 'GREETING is not set',
  },
  {
    template: 'static',
    ports: ['port'],
    workloads: ['deployment/NAME'],
    images: ['NAME'],
    services: ['NAME'],
    edit: { file: 'site/index.html', from: /<p>.*<\/p>/, to: (text) => `<p>${text}</p>` },
    metric: 'nginx_connections_active',
    tests: [['NAME', '/test/check.sh']],
    makeTest: true,
    lacks: 'GREETING is not set',
  },
  {
    template: 'shop',
    ports: ['port', 'api-port', 'redis-port'],
    workloads: ['deployment/web', 'deployment/api', 'deployment/worker', 'statefulset/db'],
    images: ['NAME/web', 'NAME/api'],
    services: ['web', 'api'],
    edit: { file: 'web/src/page.js', from: /<title>.*<\/title>/, to: (text) => `<title>${text}</title>` },
    metric: 'http_requests_total{method="GET",status="200"}',
    tests: [
      ['web', 'npm', 'test'],
      ['api', 'python', '-m', 'pytest'],
      ['worker', 'python', '-m', 'pytest'],
    ],
    makeTest: false,
    lacks: 'GREETING is not set',
  },
];

/** A daemon elsewhere does not push to this machine's loopback. */
const isForeign = Boolean(process.env['ROCKPOOL_TEST_CONTEXT']);
/** A bound, not an expectation: machines are slow. */
const WITHIN = { timeout: 60_000, interval: 200 };

let registry: Registry;
beforeAll(async () => {
  if (!isForeign) registry = await startRegistry();
});
afterAll(() => registry?.stop());

describe.each(TRIALS)('the template $template', (trial) => {
  let project: MadeProject;
  let session: PlainSession;
  const named = (text: string) => text.replaceAll('NAME', project.name);
  const ask = (path: string, fits: (body: string) => boolean) =>
    untilAnswer(`http://127.0.0.1:${project.port}${path}`, fits, 90_000);
  const wait = () => project.rockpool('wait', '--for', 'current', '--timeout', '90s');
  /** `wait` also ends with what is wrong at that moment, and about to be mended by what is under way. */
  const isCurrent = () =>
    vi.waitFor(async () => {
      const { code, stdout, stderr } = await wait();
      expect(code === 0 || stdout + stderr).toBe(true);
    }, WITHIN);

  beforeAll(async () => {
    project = await makeProject(trial.template, trial.ports);
    session = project.runLocal();
  });
  afterAll(async () => {
    await session?.stop();
    await project?.rockpool('down', '--volumes', '--takeover');
    await project?.remove();
  });

  test('comes up by make run_local, and tells its health, its metrics and what it is', async () => {
    await ask('/health', (body) => JSON.parse(body).status === 'ok');
    await isCurrent();
    await ask('/', (body) => body.length > 0);
    expect(JSON.parse(await ask('/info', Boolean))).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      commit: 'dev',
      startedAt: expect.stringMatching(/^20/),
    });
    expect(await ask('/metrics', Boolean)).toContain(trial.metric);
  });

  test('logs lines of JSON', async () => {
    const lines = (await project.kubectl('logs', named(trial.workloads[0] ?? ''))).trim().split('\n');
    const parsed = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(parsed).toContainEqual(expect.objectContaining({ level: 'info', message: 'request', path: '/' }));
    expect(parsed.filter(({ path }) => path === '/health')).toEqual([]);
  });

  test('a save is live in the same container, and so is the next', async () => {
    const before = await containers(project);
    const asMade = await readFile(join(project.dir, trial.edit.file), 'utf8');
    for (const text of ['first save', 'second save']) {
      const since = session.mark();
      await project.edit(trial.edit.file, trial.edit.from, trial.edit.to(text));
      await ask('/', (body) => body.includes(text));
      await session.said(/synced into/, { after: since });
    }
    const since = session.mark();
    await writeFile(join(project.dir, trial.edit.file), asMade);
    await session.said(/synced into/, { after: since });
    await ask('/', (body) => !body.includes('second save'));
    expect(await containers(project)).toEqual(before);
  });

  test('its tests pass, in its pods too', async () => {
    for (const [workload = '', ...command] of trial.tests) {
      const { code, stdout, stderr } = await project.rockpool('exec', named(workload), '--', ...command);
      expect({ code, said: code === 0 || stdout + stderr }).toEqual({ code: 0, said: true });
    }
    if (trial.makeTest) expect(await project.make('test')).toMatchObject({ code: 0 });
  });

  test('what lacks its configuration ends with a sentence, which rockpool shows', async () => {
    const config = await readFile(join(project.dir, 'rockpool.yaml'), 'utf8');
    const greeting = /greeting: .*/.exec(config)?.[0] ?? '';
    await project.edit('rockpool.yaml', greeting, 'greeting: ""');
    const lacking = await wait();
    expect(lacking.code).toBe(1);
    expect(lacking.stderr + lacking.stdout).toContain('exit code 78');
    expect(lacking.stderr + lacking.stdout).toContain(trial.lacks);
    await project.edit('rockpool.yaml', 'greeting: ""', greeting);
    await isCurrent();
  });

  test('SIGTERM ends each program within its grace', async () => {
    await session.stop();
    for (const workload of trial.workloads) await endsWell(project, named(workload));
  });

  test('the released image runs with a read-only file system, and knows its commit', async () => {
    expect(await project.make('kube_apply', 'ARGS=--profile release')).toMatchObject({ code: 0 });
    for (const workload of trial.workloads)
      await project.kubectl('rollout', 'status', named(workload), '--timeout=90s');
    const path = '{.items[*].spec.template.spec.containers[*].securityContext.readOnlyRootFilesystem}';
    expect(await project.kubectl('get', 'deployments', '-o', `jsonpath=${path}`)).toMatch(/^true( true)*$/);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: project.dir,
      encoding: 'utf8',
    });
    for (const service of trial.services) {
      const place = `/api/v1/namespaces/${project.name}/services/${named(service)}:80/proxy/info`;
      const info = await vi.waitFor(() => project.kubectl('get', '--raw', place), WITHIN);
      expect(JSON.parse(info)).toMatchObject({ commit: commit.trim() });
    }
    for (const workload of trial.workloads) await endsWell(project, named(workload));
  });

  test('make kube_create_config writes what kubectl takes, and git does not see it', async () => {
    expect(await project.make('kube_create_config')).toMatchObject({ code: 0 });
    const taken = await project.kubectl(
      'apply',
      '--dry-run=server',
      '-o',
      'name',
      '-f',
      join(project.dir, 'kubernetes.yaml'),
    );
    for (const workload of trial.workloads) expect(taken).toContain(named(workload).split('/')[1]);
    const seen = execFileSync('git', ['status', '--short'], { cwd: project.dir, encoding: 'utf8' });
    expect(seen).toBe('');
  });

  test.skipIf(isForeign)('make docker_push pushes the released images', async () => {
    const pushed = await project.make('--silent', 'docker_push', `REGISTRY=${registry.host}/me`);
    expect(pushed).toMatchObject({ code: 0 });
    const refs = pushed.stdout.trim().split('\n').sort();
    expect(refs).toHaveLength(trial.images.length);
    for (const image of trial.images.map(named)) {
      const tags = await registry.tags(`me/${image}`);
      expect(tags).toHaveLength(1);
      expect(refs).toContain(`${registry.host}/me/${image}:${tags[0]}`);
    }
    const again = await project.make('--silent', 'docker_push', `REGISTRY=${registry.host}/me`);
    expect(again.stderr).toContain('is in the registry already');
  });

  test('make down takes away what was applied', async () => {
    expect(await project.make('down')).toMatchObject({ code: 0 });
    expect(
      (
        await project.kubectl(
          'get',
          'all,configmaps,secrets',
          '-l',
          `rockpool.dev/app=${project.name}`,
          '-o',
          'name',
        )
      ).trim(),
    ).toBe('');
  });
});

test('make says how to get rockpool where it is not on PATH', async () => {
  const { code, stdout, stderr } = await ended('make', ['run_local', 'ROCKPOOL=no-such-rockpool'], {
    cwd: join(repo, 'templates', 'node'),
    env: process.env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('There is no no-such-rockpool on PATH');
  expect(stderr).toContain('npm ci && npm link');
});

/** Which containers run, in which pods, and how often each was started again. */
async function containers(project: MadeProject): Promise<readonly string[]> {
  const path =
    '{range .items[*]}{.metadata.uid} {.status.containerStatuses[*].containerID} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
  return (await project.kubectl('get', 'pods', '-o', `jsonpath=${path}`)).trim().split('\n').sort();
}

/** Asks the init of a workload's container to end: it must have ended before Kubernetes would kill it. */
async function endsWell(project: MadeProject, workload: string): Promise<void> {
  const selector = `app=${workload.split('/')[1]}`;
  const pods = () =>
    project.kubectl('get', 'pods', '-l', selector, '-o', 'json').then((text) => JSON.parse(text).items);
  const running = await vi.waitFor(async () => {
    const all = await pods();
    expect(all).toHaveLength(1);
    expect(all[0].status.containerStatuses[0].state.running).toBeDefined();
    return all[0];
  }, WITHIN);
  const before = running.status.containerStatuses[0].containerID;
  const grace = running.spec.terminationGracePeriodSeconds * 1_000;
  const asked = Date.now();
  // its own end may cut the command off
  await project
    .kubectl('exec', running.metadata.name, '--', 'sh', '-c', 'kill -TERM 1')
    .catch(() => undefined);
  const last = await vi.waitFor(async () => {
    const { lastState, state } = (await pods())[0].status.containerStatuses[0];
    const terminated = state.terminated ?? lastState.terminated;
    expect(terminated?.containerID).toBe(before);
    return terminated;
  }, WITHIN);
  expect(Date.parse(last.finishedAt)).toBeLessThan(asked + grace);
  // 143: by SIGTERM itself, after everything was done
  expect([0, 143]).toContain(last.exitCode);
}
