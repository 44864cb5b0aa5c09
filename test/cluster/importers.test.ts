import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { writeManifests } from '../../src/scaffold/manifests/write-manifests.ts';
import { composeFixtures, readFixture } from '../support/compose-fixtures.ts';
import { writeFiles } from '../support/write-files.ts';
import { copyProject, kubectl, rockpool, type TestProject } from './harness.ts';

const run = promisify(execFile);
const namespace = `t-${randomBytes(4).toString('hex')}`;
let project: TestProject | undefined;

beforeAll(() => kubectl('create', 'namespace', namespace));
afterAll(() => run('kubectl', ['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']));
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

/** Through the Service, which takes a moment to know its pods. */
const VISIT = `(async () => {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await fetch('http://web:3000/').catch(() => undefined);
    if (answer?.ok) return console.log(await answer.text());
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
})()`;

const shapes = await readdir(composeFixtures);

test.each(shapes)('the apiserver takes the manifests made from %s, field by field', async (shape) => {
  const { project: app, sketches } = readFixture(shape);
  const files = writeManifests(app, sketches);
  expect(files.length).toBeGreaterThan(0);
  const dir = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  try {
    await writeFiles(dir, files);
    const said = await kubectl(
      '-n',
      namespace,
      'apply',
      '--server-side',
      '--dry-run=server',
      '--validate=strict',
      '-f',
      join(dir, 'k8s'),
    );
    const applied = said.trim().split('\n');
    const kinds = files.flatMap(({ content }) => content.match(/^kind: /gm) ?? []);
    expect(applied.length).toBe(kinds.length);
    for (const line of applied) expect(line).toContain('serverside-applied (server dry run)');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test('a compose project becomes one of rockpool that runs: its programs find each other and keep their data', async () => {
  project = await copyProject('test/fixtures/compose/pair');
  const { images, forwards, sketches, project: app } = readFixture('pair');
  const config = {
    version: 1,
    name: app,
    images: images.map(({ sync: _, ...image }) => image),
    manifests: ['k8s'],
    forwards,
  };
  await writeFiles(project.dir, writeManifests(app, sketches));
  await project.write('rockpool.yaml', stringify(config));
  const { code, stderr } = await rockpool(['apply', '-n', project.namespace], { cwd: project.dir });
  expect(stderr).not.toContain('warning');
  expect(code).toBe(0);
  const inNamespace = (...args: string[]) => kubectl('-n', project!.namespace, ...args);
  await inNamespace('rollout', 'status', 'statefulset/cache-db', '--timeout=120s');
  // ready is who reached redis by its name, with the password of the Secret
  await inNamespace('rollout', 'status', 'deployment/web', '--timeout=120s');
  const visit = () => inNamespace('exec', 'deployment/web', '--', 'node', '-e', VISIT);
  expect((await visit()).trim()).toBe('hello :1');
  await inNamespace('delete', 'pod', 'cache-db-0', '--wait=true');
  await inNamespace('rollout', 'status', 'statefulset/cache-db', '--timeout=120s');
  await inNamespace('wait', 'pod/cache-db-0', '--for=condition=Ready', '--timeout=120s');
  expect((await visit()).trim()).toBe('hello :2');
});
