import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { is, kubectl, repo, rockpool, startSession, untilAnswer } from './harness.ts';
import { startPlainSession } from './plain-session.ts';

const run = promisify(execFile);
const fixtures = join(repo, 'test', 'fixtures', 'init');
const names = (await readdir(fixtures)).sort();

describe.each(names)('init in %s, with helm and kustomize', (name) => {
  it('writes what renders whole, and what the apiserver takes', async () => {
    const dir = await copyFixture(name);
    const { code, stderr } = await rockpool(['init', '--yes'], { cwd: dir });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('not checked');
    expect(stderr).not.toContain('nothing of that name is rendered');
    const written = await readFile(join(dir, 'rockpool.yaml'), 'utf8');
    expect(written).toBe(await readFile(join(fixtures, name, 'expected', 'rockpool.yaml'), 'utf8'));
    const namespace = await makeNamespace();
    const rendered = await rockpool(['render', '-n', namespace], { cwd: dir });
    expect(rendered.code, rendered.stderr).toBe(0);
    expect(rendered.stderr).not.toContain('no manifest uses');
    const objects = objectsFor(rendered.stdout, namespace);
    expect(objects.length).toBeGreaterThan(0);
    await dryRun(objects, namespace);
  });
});

describe('init in a project without manifests', () => {
  it('is enough for up: the program is ready and answers', async () => {
    const dir = await copyFixture('10-no-manifests');
    const namespace = await makeNamespace();
    expect((await rockpool(['init', '--yes'], { cwd: dir })).code).toBe(0);
    const config = await readFile(join(dir, 'rockpool.yaml'), 'utf8');
    // The port may be taken on this machine.
    await writeFile(join(dir, 'rockpool.yaml'), config.replace('port: 8000 }', 'port: 8000, local: auto }'));
    const session = startSession({ dir, namespace });
    onTestFinished(async () => void (await session.stop()));
    await session.next(is('build.succeeded'), { timeout: 120_000 });
    await session.next(is('deploy.succeeded'), { timeout: 60_000 });
    const forward = await session.next(is('forward.opened'), { timeout: 60_000 });
    expect(await untilAnswer(`http://127.0.0.1:${forward.port}/health`, () => true, 60_000)).toBe('hello\n');
    expect((await rockpool(['init'], { cwd: dir })).stderr).toContain('it has all that was found here');
  });
});

describe('up without a rockpool.yaml', () => {
  it('runs what init would write, and says why', async () => {
    const dir = await copyFixture('01-one-service');
    const namespace = await makeNamespace();
    const port = 20_000 + randomInt(10_000);
    const service = await readFile(join(dir, 'k8s', 'service.yaml'), 'utf8');
    await writeFile(join(dir, 'k8s', 'service.yaml'), service.replace('port: 80', `port: ${port}`));
    const session = startPlainSession({ dir, namespace });
    onTestFinished(() => session.stop());
    await session.said(/^image one-service from Dockerfile: k8s\/deployment\.yaml:\d+ runs it/);
    expect(await untilAnswer(`http://127.0.0.1:${port}/`, () => true, 120_000)).toBe('hello\n');
    expect(await readdir(dir)).not.toContain('rockpool.yaml');
  });
});

async function copyFixture(name: string): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'rockpool-init-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const dir = join(base, name.replace(/^\d+-/, ''));
  await cp(join(fixtures, name, 'repo'), dir, { recursive: true });
  const links = await readFile(join(fixtures, name, 'links.json'), 'utf8').catch(() => '{}');
  for (const [path, target] of Object.entries(JSON.parse(links) as Record<string, string>)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await symlink(target, join(dir, path));
  }
  return dir;
}

async function makeNamespace(): Promise<string> {
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  await kubectl('create', 'namespace', namespace);
  onTestFinished(
    async () => void (await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false')),
  );
  return namespace;
}

interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Record<string, unknown>;
  readonly spec?: { readonly group?: string };
}

/** Objects that a dry run can take: namespaces and CRDs are not made in one, so what is in them is moved or left out. */
function objectsFor(text: string, namespace: string): readonly Rendered[] {
  const all = parseAllDocuments(text).map((document) => document.toJS() as Rendered);
  const groups = all.flatMap(({ kind, spec }) =>
    kind === 'CustomResourceDefinition' ? (spec?.group ?? []) : [],
  );
  return all
    .filter(
      ({ kind, apiVersion }) => kind !== 'Namespace' && !groups.includes(apiVersion.split('/')[0] ?? ''),
    )
    .map((object) => {
      const isNamespaced = object.metadata['namespace'] !== undefined;
      return isNamespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    });
}

async function dryRun(objects: readonly Rendered[], namespace: string): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const args = [
    'apply',
    '--server-side',
    '--dry-run=server',
    '--validate=strict',
    '-n',
    namespace,
    '-f',
    '-',
  ];
  const child = run('kubectl', args);
  child.child.stdin?.end(JSON.stringify(list));
  await child;
}
