import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

const run = promisify(execFile);
/** Content and names that no other run has. */
const unique = randomBytes(4).toString('hex');
let environment: NodeJS.ProcessEnv;

/** docker, of the daemon that the node runs from. */
async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args, { env: environment, maxBuffer: 64 << 20 })).stdout;
}

beforeAll(async () => {
  if (process.env['ROCKPOOL_TEST_CONTEXT']) {
    environment = process.env;
    return;
  }
  const { stdout } = await run('minikube', ['docker-env']);
  const values = [...stdout.matchAll(/^export (\w+)="([^"]*)"$/gm)].map(([, name, value]) => [name, value]);
  environment = { ...process.env, ...Object.fromEntries(values) };
});

let project: TestProject;
let session: TestSession;
let url: string;

beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
  await project.edit('rockpool.yaml', 'name: hello', `name: prune-${unique}`);
  await project.edit('rockpool.yaml', 'name: hello/web', `name: prune-${unique}/web`);
  await project.edit('k8s/web.yaml.liquid', 'image: hello/web', `image: prune-${unique}/web`);
});

afterEach(async () => {
  await session?.stop();
  await project?.remove();
});

afterAll(async () => {
  const ours = (await docker('images', '-q', '--filter', `label=rockpool.dev/app=prune-${unique}`)).trim();
  if (ours !== '') await docker('rmi', '-f', ...new Set(ours.split('\n')));
});

const save = (text: string) => project.write('web/www/index.html', `${text}\n`);
const serves = (text: string) => untilAnswer(url, (body) => body.trim() === text);

async function begin(text: string): Promise<string> {
  await save(text);
  session = startSession(project);
  const { port } = await session.next(is('forward.opened'));
  url = `http://127.0.0.1:${port}/`;
  await serves(text);
  return (await session.next(is('build.succeeded'))).ref;
}

/** Saves new content, and the ref that it was built as. */
async function saveAndBuild(): Promise<string> {
  const from = now(session);
  await save(randomUUID());
  const { ref } = await session.next(is('build.succeeded'), { from });
  await session.next(is('deploy.succeeded'), { from });
  return ref;
}

async function tagsOf(repository: string): Promise<string[]> {
  const text = await docker('images', '--format', '{{.Repository}}:{{.Tag}}', repository);
  return text.trim().split('\n').sort();
}

/** An image of somebody else, under a name and with labels that look much like ours. */
async function buildForeign(ref: string, labels: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-prune-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), `FROM busybox\nRUN echo ${randomUUID()} > /made\n`);
    const args = labels.flatMap((label) => ['--label', label]);
    await docker('build', '-q', '--provenance=false', ...args, '-t', ref, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('old images', () => {
  test('are deleted after ten builds, but for those that anything in the cluster names', async () => {
    const repository = `prune-${unique}/web`;
    const look = `rockpool.dev/app=prune-${unique}`;
    const foreign = [
      `${repository}:v1`,
      `${repository}2:rp-${'0'.repeat(20)}`,
      `other/web:rp-${unique}${'0'.repeat(12)}`,
    ] as const;
    await buildForeign(foreign[0], [look, `rockpool.dev/image=${repository}`]);
    await buildForeign(foreign[1], [look, `rockpool.dev/image=${repository}`]);
    await buildForeign(foreign[2], []);
    // Else the ten old ReplicaSets that a Deployment keeps would name all of them.
    await project.edit('k8s/web.yaml.liquid', 'spec:', 'spec:\n  revisionHistoryLimit: 1');

    const first = await begin(randomUUID());
    const started = await session.next(is('images.pruned'));
    expect(started.refs).toEqual([]);
    const other = `${project.namespace}-other`;
    await kubectl('create', 'namespace', other);
    try {
      await kubectl('-n', other, 'run', 'user', '--image', first, '--image-pull-policy', 'Never');
      const refs = [first];
      for (let count = 0; count < 13; count += 1) refs.push(await saveAndBuild());
      const { refs: pruned, bytes } = await session.next(is('images.pruned'), { from: started.seq });

      // 14 generations: ten stay by their age, the first one because of the pod in another namespace.
      expect(pruned).toEqual(refs.slice(1, 4));
      expect(bytes).toBeGreaterThan(0);
      expect(await tagsOf(repository)).toEqual([first, ...refs.slice(4), foreign[0]].sort());
      expect(await tagsOf(`${repository}2`)).toEqual([foreign[1]]);
      expect(await tagsOf('other/web')).toContain(foreign[2]);
      await kubectl('-n', other, 'wait', '--for=condition=Ready', 'pod/user', '--timeout=30s');
    } finally {
      await kubectl('delete', 'namespace', other, '--wait=false');
      await docker('rmi', ...foreign);
    }
  });
});

describe('an image that somebody deleted from the daemon', () => {
  const started = (from: number) =>
    session.next(
      is('pod.observed', ({ pod }) => pod.mine && pod.ready),
      { from },
    );

  test('is built again when a pod needs it, and the pod starts at once', async () => {
    const text = randomUUID();
    const ref = await begin(text);
    const from = now(session);
    await docker('rmi', ref);
    await kubectl('delete', 'pod', '-l', 'app=web', '-n', project.namespace, '--wait=false');
    await session.next(is('image.gone'), { from });
    const again = await session.next(
      is('build.succeeded', ({ skipped }) => !skipped),
      { from },
    );
    expect(again.ref).toBe(ref);
    const { seq } = await session.next(is('pods.woken'), { from });
    await started(seq);
    await serves(text);
    expect(session.events.filter((event) => event.seq > from && event.type === 'image.gone')).toHaveLength(1);
  });

  test('is built again with the image that it is built on', async () => {
    const base = `prune-${unique}/base`;
    const rockpool = `  - name: prune-${unique}/web`;
    await project.edit('rockpool.yaml', rockpool, `  - name: ${base}\n    context: base\n${rockpool}`);
    await mkdir(join(project.dir, 'base'));
    await project.write('base/Dockerfile', `FROM busybox\nRUN echo ${randomUUID()} > /base\n`);
    await project.edit('web/Dockerfile', 'FROM busybox', `FROM ${base}`);
    await begin(randomUUID());
    const built = session.events.filter(is('build.succeeded'));
    const from = now(session);
    await docker('rmi', ...built.map(({ ref }) => ref));
    const text = randomUUID();
    await save(text);
    await serves(text);
    expect(session.events.find((event) => event.seq > from && event.type === 'image.gone')).toMatchObject({
      image: base,
    });
    expect(session.events.filter(is('build.failed'))).toEqual([]);
  });

  test('between two sessions: pods that hang when one starts come up', async () => {
    const text = randomUUID();
    const ref = await begin(text);
    await session.stop();
    await docker('rmi', ref);
    await kubectl('delete', 'pod', '-l', 'app=web', '-n', project.namespace, '--wait=false');
    await expect
      .poll(() => kubectl('get', 'pods', '-n', project.namespace), { timeout: 60_000 })
      .toContain('ImagePullBackOff');
    session = startSession(project);
    const { port } = await session.next(is('forward.opened'));
    url = `http://127.0.0.1:${port}/`;
    await session.next(is('pods.woken'));
    await serves(text);
  });
});
