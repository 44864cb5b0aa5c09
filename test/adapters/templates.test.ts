import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createGitFacts } from '../../src/deploy/git-facts.ts';
import type { Manifest } from '../../src/deploy/manifest.ts';
import { renderManifests } from '../../src/deploy/render.ts';

const root = join(import.meta.dirname, '..', '..', 'templates');
const signal = new AbortController().signal;
const cases = (await readdir(root)).flatMap((template) => [
  { template, profile: undefined },
  { template, profile: 'debug' },
  { template, profile: 'release' },
]);

const load = (template: string, profile?: string): Promise<Config> =>
  loadConfig(
    {
      cwd: join(root, template),
      profiles: profile === undefined ? [] : [profile],
      env: {},
      git: createGitFacts,
    },
    signal,
  );

/** What `rockpool render` prints. */
async function render(template: string, profile?: string) {
  const config = await load(template, profile);
  const request = { config, namespace: config.namespace ?? '', refs: {}, git: createGitFacts(config.root) };
  return renderManifests(request, signal);
}

// biome-ignore lint/suspicious/noExplicitAny: any field of a pod
const podSpec = (manifest: Manifest): any => (manifest as { spec?: any }).spec?.template?.spec;

describe.each(cases)('the template $template, profile $profile', ({ template, profile }) => {
  test('renders without a warning', async () => {
    const { resources, warnings } = await render(template, profile);
    expect(warnings).toEqual([]);
    expect(resources.map(({ manifest }) => manifest.kind)).toEqual(
      expect.arrayContaining(['ConfigMap', 'Deployment', 'Service']),
    );
  });

  test('has probes, limits and a restricted security context in every container', async () => {
    const { resources } = await render(template, profile);
    const pods = resources.map(({ manifest }) => podSpec(manifest)).filter(Boolean);
    expect(pods).not.toEqual([]);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: expect.any(Number),
        securityContext: {
          runAsNonRoot: true,
          runAsUser: expect.any(Number),
          runAsGroup: expect.any(Number),
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      for (const container of pod.containers) {
        expect(container).toMatchObject({
          readinessProbe: expect.any(Object),
          livenessProbe: expect.any(Object),
          resources: {
            requests: { cpu: expect.any(String), memory: expect.any(String) },
            limits: { memory: expect.any(String) },
          },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        });
        if (profile === 'release') expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
      }
    }
  });
});

const images = (
  await Promise.all(
    (
      await readdir(root)
    ).map(async (template) =>
      (await load(template)).images.map((image) => ({ template, image, name: image.name })),
    ),
  )
).flat();

describe.each(images)('the image $name of the template $template', ({ template, image }) => {
  const read = () => readFile(join(root, template, image.context, 'Dockerfile'), 'utf8');

  test('has an init, a numeric user in both stages, and is released by its last one', async () => {
    const stages = (await read()).split(/^(?=FROM )/m);
    expect(stages[0]).toMatch(/^ENTRYPOINT \["tini", "--"/m);
    expect(stages.slice(1).map((stage) => /^FROM base AS (\w+)$/m.exec(stage)?.[1])).toEqual([
      'dev',
      'production',
    ]);
    for (const stage of stages.slice(1)) expect(stage).toMatch(/^USER (\d+):\1$/m);
    expect(image.target).toBe('dev');
  });

  test('gets synced what it copies, into folders that its user may write to', async () => {
    const source = await read();
    const folder = /^WORKDIR (\S+)$/m.exec(source)?.[1] ?? '';
    const copied = [...source.matchAll(/^COPY --chown=(\d+):\1 (\S+) (\S+)$/gm)].map(([, , from, to]) => [
      from,
      to?.replace(/^\./, folder),
    ]);
    expect(image.sync).not.toEqual([]);
    for (const { from, to } of image.sync) expect(copied).toContainEqual([from.split('/')[0], to]);
  });
});

describe.each(await readdir(root))('the Makefile of %s', (template) => {
  test('has the targets that people look for, as calls of rockpool', async () => {
    const text = await readFile(join(root, template, 'Makefile'), 'utf8');
    expect(text).toMatch(/^run_local: rockpool ## .+\n\t\$\(ROCKPOOL\) up \$\(ARGS\)$/m);
    for (const target of ['test', 'kube_create_config', 'kube_apply', 'docker_push', 'stop', 'down', 'help'])
      expect(text).toMatch(new RegExp(`^${target}:.* ## `, 'm'));
  });

  test('says truly how rockpool comes on PATH', async () => {
    const cwd = join(root, template);
    const { status, stderr } = spawnSync('make', ['run_local', 'ROCKPOOL=no-such-rockpool'], {
      cwd,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'There is no no-such-rockpool on PATH. In a checkout of rockpool `npm ci && npm link`',
    );
    expect(stderr).not.toContain('npm install');
  });
});

/** A folder for the PATH with a program of that name. */
async function programs(name: string, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-programs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

test.each(['node', 'shop'])(
  'make test of %s says that it needs a newer Node, before it installs anything',
  async (name) => {
    const old = await programs('node', '[ "$1" != --version ] || echo v20.1.0; [ "$1" = --version ]');
    const { status, stdout, stderr } = spawnSync('make', ['test'], {
      cwd: join(root, name),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${old}:${process.env['PATH']}` },
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('The tests need Node 24 or later; node on PATH is v20.1.0.');
    expect(stdout).not.toContain('venv');
  },
);

test('the static template does not say that it listens when nginx does not take its configuration', async () => {
  const folder = await programs('nginx', 'echo "[emerg] unknown directive" >&2; exit 1');
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [join(root, 'static/nginx/entrypoint.sh'), 'nginx', '-g', 'daemon off;'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH']}`, GREETING: 'Hi', NAME: 'x', VERSION: '1' },
    },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('[emerg] unknown directive');
});
