import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** The example project: a Node web service, a Python API and its worker, a StatefulSet with a volume, a ConfigMap and a Secret. */
let project: TestProject;
let session: TestSession;

const opened = async (forward: string) =>
  (await session.next(is('forward.opened', (event) => event.forward === forward))).port;

beforeAll(async () => {
  project = await copyProject('templates/shop');
  await rm(join(project.dir, '.rockpool'), { recursive: true, force: true });
  const config = await readFile(join(project.dir, 'rockpool.yaml'), 'utf8');
  await project.write('rockpool.yaml', config.replace(/local: \d+/g, 'local: auto'));
  session = startSession(project);
});

afterAll(async () => {
  await session?.stop();
  await rockpool(['down', '-n', project.namespace], { cwd: project.dir });
  await project?.remove();
});

describe('the shop', () => {
  test('comes up from nothing with one command, and every forward answers', async () => {
    const [web, api] = [await opened('service/web:80'), await opened('service/api:80')];
    expect(await untilAnswer(`http://127.0.0.1:${web}/health`, () => true, 90_000)).toBeTruthy();
    expect(await untilAnswer(`http://127.0.0.1:${api}/health`, () => true, 90_000)).toBeTruthy();
    const page = await untilAnswer(
      `http://127.0.0.1:${web}/`,
      (body) => body.includes('Welcome to the shop'),
      90_000,
    );
    expect(page).toContain('<html');
    expect(await redisSays(await opened('service/db:6379'), 'PING\r\n')).toMatch(/^-NOAUTH/);
    expect(session.events.filter((event) => event.type === 'effect.crashed')).toEqual([]);
  });

  test('everything that runs carries the labels, and the images are our own tags', async () => {
    const labelled = await kubectl(
      'get',
      'all,configmap,secret',
      '-n',
      project.namespace,
      '-l',
      'rockpool.dev/app=shop',
      '-o',
      'name',
    );
    for (const name of [
      'deployment.apps/web',
      'deployment.apps/api',
      'statefulset.apps/db',
      'configmap/shop',
      'secret/shop',
    ]) {
      expect(labelled).toContain(name);
    }
    const images = await kubectl(
      'get',
      'pods',
      '-n',
      project.namespace,
      '-o',
      'jsonpath={.items[*].spec.containers[*].image}',
    );
    expect(images).toMatch(/shop\/web:rp-[0-9a-f]{20}/);
    expect(images).toMatch(/shop\/api:rp-[0-9a-f]{20}/);
    expect(images).toContain('redis:8');
  });

  test('one save is synced into one workload, and nothing is built or applied', async () => {
    const from = now(session);
    await project.edit('web/src/page.js', /<title>[^<]*/, '<title>Edited');
    const web = await opened('service/web:80');
    await untilAnswer(`http://127.0.0.1:${web}/`, (body) => body.includes('<title>Edited'));
    const after = session.events.filter(({ seq }) => seq > from);
    expect(after.filter(is('sync.started')).map(({ image }) => image)).toEqual(['shop/web']);
    expect(after.filter(is('build.started'))).toEqual([]);
    expect(after.filter(is('resource.applied'))).toEqual([]);
  });

  test('one save that no sync rule fits rebuilds one image, and the others are left alone', async () => {
    const from = now(session);
    await project.edit('web/package.json', /"version": "[^"]*"/, '"version": "1.0.1"');
    const web = await opened('service/web:80');
    await untilAnswer(`http://127.0.0.1:${web}/info`, (body) => JSON.parse(body).version === '1.0.1');
    await untilAnswer(`http://127.0.0.1:${web}/`, (body) => body.includes('<title>Edited'));
    const built = session.events.filter(is('build.succeeded', (event) => event.seq > from));
    expect(built.map((event) => event.image)).toEqual(['shop/web']);
    const applied = session.events.filter(is('resource.applied', (event) => event.seq > from));
    expect(applied.map((event) => event.key)).toEqual([`Deployment/${project.namespace}/web`]);
  });

  test('a second session finds everything as it is: no pod is replaced', async () => {
    const uids = () =>
      kubectl('get', 'pods', '-n', project.namespace, '-o', 'jsonpath={.items[*].metadata.uid}');
    await session.stop();
    await expect
      .poll(
        () =>
          kubectl('get', 'pods', '-n', project.namespace, '-o', 'name').then(
            (names) => names.trim().split('\n').length,
          ),
        { timeout: 30_000 },
      )
      .toBe(4);
    const before = await uids();
    session = startSession(project);
    const done = await session.next(
      (event) =>
        event.type === 'deploy.succeeded' &&
        session.events.filter((e) => e.type === 'build.succeeded').length === 2,
    );
    expect(done).toBeDefined();
    const applied = session.events.filter(is('resource.applied'));
    expect(applied.filter((event) => event.outcome !== 'unchanged')).toEqual([]);
    expect(session.events.filter((event) => event.type === 'build.started')).toEqual([]);
    expect(await uids()).toBe(before);
  });

  test('down deletes what was applied and keeps the volume', async () => {
    await session.stop();
    const { code, stderr } = await rockpool(['down', '-n', project.namespace], { cwd: project.dir });
    expect(code).toBe(0);
    expect(stderr).toContain('deleted');
    expect((await kubectl('get', 'all', '-n', project.namespace, '-o', 'name')).trim()).toBe('');
    expect(await kubectl('get', 'pvc', '-n', project.namespace, '-o', 'name')).toContain('data-db-0');
  });
});

/** The first line of Redis' answer, over the forward. */
async function redisSays(port: number, words: string): Promise<string> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
    socket.once('error', reject);
  });
}
