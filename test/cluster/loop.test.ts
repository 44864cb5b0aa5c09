import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  copyProject,
  is,
  kubectl,
  now,
  startSession,
  type TestProject,
  type TestSession,
  untilAnswer,
} from './harness.ts';

let project: TestProject;
let session: TestSession;
let url: string;

/** Whether a process of this machine has that command line: builds of the test cluster are such processes. */
async function isRunning(command: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).some((line) => line.replaceAll('\0', ' ').trim() === command);
}

/** The project is up and its forward answers. */
async function begin(prepare: () => Promise<unknown> = async () => undefined): Promise<void> {
  project = await copyProject('test/fixtures/page');
  await prepare();
  session = startSession(project);
  const { port } = await session.next(is('forward.opened'));
  url = `http://127.0.0.1:${port}/`;
  await untilAnswer(url, (body) => body.trim() === 'first', 60_000);
}

const save = (text: string) => project.write('web/www/index.html', `${text}\n`);
const serves = (text: string) => untilAnswer(url, (body) => body.trim() === text);
const builds = (from: number) => session.events.filter((e) => e.seq > from && e.type === 'build.started');

afterEach(async () => {
  await session?.stop();
  await project?.remove();
});

describe('the loop', () => {
  beforeEach(() => begin());

  test('a save is served through the forward', async () => {
    await save('second');
    await serves('second');
    expect(session.events.filter(is('effect.crashed'))).toEqual([]);
  });

  test('a save of the same content builds nothing', async () => {
    const from = now(session);
    await save('first');
    await session.next(
      is('build.succeeded', (event) => event.skipped),
      { from },
    );
    expect(builds(from)).toEqual([]);
  });

  test('a deleted pod: the forward goes on by itself', async () => {
    const before = (await kubectl('get', 'pods', '-n', project.namespace, '-o', 'name')).trim();
    const from = now(session);
    await kubectl('delete', before, '-n', project.namespace, '--wait=false');
    await serves('first');
    const pod = await session.next(
      is('pod.observed', (event) => event.pod.ready && `pod/${event.pod.name}` !== before),
      { from },
    );
    expect(pod.pod.name).not.toBe(before);
  });

  test('a broken Dockerfile: shown with its line, the old code goes on serving, the next good save recovers', async () => {
    const from = now(session);
    await project.edit('web/Dockerfile', 'COPY www /www', 'COPY wwww /www');
    const { failure } = await session.next(is('build.failed'), { from });
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', at: { file: 'web/Dockerfile', line: 3 } });
    expect(failure.message + failure.output).toContain('wwww');
    await serves('first');
    await project.edit('web/Dockerfile', 'COPY wwww /www', 'COPY www /www');
    await save('mended');
    await serves('mended');
  });

  test('a syntax error in a template: shown with line and column, and recovered from', async () => {
    const from = now(session);
    await project.edit('k8s/web.yaml.liquid', '{{ values.replicas }}', '{{ values.replicsa }}');
    const { failures } = await session.next(is('deploy.failed'), { from });
    expect(failures[0]).toMatchObject({
      code: 'TEMPLATE_INVALID',
      at: { file: 'k8s/web.yaml.liquid', line: 6 },
    });
    expect(failures[0]?.message + (failures[0]?.hint ?? '')).toContain('replicas');
    await serves('first');
    await project.edit('k8s/web.yaml.liquid', '{{ values.replicsa }}', '{{ values.replicas }}');
    await session.next(is('deploy.succeeded'), { from });
  });

  test('an unknown field in a manifest: shown with its line, the rest is applied, and recovered from', async () => {
    const from = now(session);
    await project.edit('k8s/service.yaml', 'selector:', 'selectr:');
    const { failures } = await session.next(is('deploy.failed'), { from });
    expect(failures[0]).toMatchObject({
      code: 'MANIFEST_INVALID',
      at: { file: 'k8s/service.yaml', line: 6 },
    });
    await serves('first');
    await project.edit('k8s/service.yaml', 'selectr:', 'selector:');
    await session.next(is('deploy.succeeded'), { from });
  });

  test('a mistake in rockpool.yaml leaves the last good one in force', async () => {
    const from = now(session);
    await project.edit('rockpool.yaml', 'manifests:', 'manifest:');
    const { failures } = await session.next(is('config.failed'), { from });
    expect(failures[0]?.at).toMatchObject({ file: 'rockpool.yaml', line: 6 });
    await save('still');
    await serves('still');
    await project.edit('rockpool.yaml', 'manifest:', 'manifests:');
    await session.next(is('config.loaded'), { from });
  });

  test('a changed value rolls the workload', async () => {
    const from = now(session);
    await project.edit('rockpool.yaml', 'replicas: 1', 'replicas: 2');
    await session.next(
      is('workload.observed', (event) => event.workload.ready === 2),
      { from },
    );
  });
});

describe('many saves', () => {
  test('ten saves during one build end in the newest content, with at most two builds run', async () => {
    await begin(() => project.edit('web/Dockerfile', 'EXPOSE 8080', 'EXPOSE 8080\nRUN sleep 4'));
    const from = now(session);
    // Content that no earlier run has left in the daemon.
    const run = randomUUID();
    await save(`${run} 0`);
    await session.next(
      is('build.progressed', (event) => event.step.includes('sleep')),
      { from },
    );
    for (let index = 1; index <= 10; index += 1) {
      await save(`${run} ${index}`);
      await sleep(250);
    }
    await serves(`${run} 10`);
    expect(builds(from).length).toBeLessThanOrEqual(2);
  });

  test.skipIf(process.env['ROCKPOOL_TEST_CONTEXT'])(
    'a superseded build is cancelled in the daemon',
    async () => {
      await begin(() => project.edit('web/Dockerfile', 'EXPOSE 8080', 'ARG SECONDS=0\nRUN sleep $SECONDS'));
      const from = now(session);
      await project.edit('web/Dockerfile', 'SECONDS=0', 'SECONDS=3141');
      await expect.poll(() => isRunning('sleep 3141'), { timeout: 20_000 }).toBe(true);
      await project.edit('web/Dockerfile', 'SECONDS=3141', 'SECONDS=0');
      await session.next(is('build.succeeded'), { from });
      await expect.poll(() => isRunning('sleep 3141'), { timeout: 10_000 }).toBe(false);
    },
  );

  test('a branch switched there and back builds nothing the second time', async () => {
    await begin(async () => {
      await project.git('init', '-q', '-b', 'main');
      await project.write('.gitignore', '.rockpool/\n');
      await project.git('add', '.');
      await project.git('commit', '-qm', 'first');
      await project.git('checkout', '-qb', 'other');
      await save('other');
      await project.git('commit', '-qam', 'other');
      await project.git('checkout', '-q', 'main');
    });
    await project.git('checkout', '-q', 'other');
    await serves('other');
    const from = now(session);
    await project.git('checkout', '-q', 'main');
    await serves('first');
    await project.git('checkout', '-q', 'other');
    await serves('other');
    expect(builds(from)).toEqual([]);
  });
});

describe('what other people do to the cluster', () => {
  test('a deleted Service and namespace come back with the next deploy', async () => {
    await begin();
    await kubectl('delete', 'service', 'web', '-n', project.namespace);
    await save('second');
    await serves('second');
    const from = now(session);
    await kubectl('delete', 'namespace', project.namespace, '--wait=true');
    await save('third');
    await session.next(is('deploy.succeeded'), { from });
    await serves('third');
  });
});

describe('the end of a session', () => {
  test('a reader that goes away ends it as SIGPIPE would, without a crash', async () => {
    await begin();
    session.child.stdout?.destroy();
    await save('second');
    const { promise, resolve } = Promise.withResolvers<number | null>();
    session.child.once('close', resolve);
    expect(await promise).toBe(141);
    expect(session.stderr()).not.toMatch(/^\s+at /m);
  });

  test('SIGTERM ends it within seconds, closes the forward and leaves the workloads running', async () => {
    await begin();
    expect(await session.stop()).toBe(143);
    await expect(fetch(url)).rejects.toThrow();
    expect(await kubectl('get', 'deployment', 'web', '-n', project.namespace, '-o', 'name')).toContain('web');
  });
});
