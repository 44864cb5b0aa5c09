import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem, type LoadConfigOptions, loadConfig } from '../../../src/config/load-config.ts';
import type { GitFacts } from '../../../src/deploy/git-facts.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { makeProject } from './make-project.ts';

const git: GitFacts = { short: async () => 'abc1234', branch: async () => 'main', dirty: async () => false };
const signal = new AbortController().signal;

const load = (cwd: string, options: Partial<LoadConfigOptions> = {}) =>
  loadConfig({ cwd, env: {}, git: () => git, ...options }, signal);

/** Every problem of a rockpool.yaml, as it is printed. */
async function problems(
  yaml: string,
  options: Partial<LoadConfigOptions> = {},
  files: Record<string, string> = {},
) {
  const root = await makeProject({
    'rockpool.yaml': yaml,
    'web/Dockerfile': 'FROM x\n',
    'k8s/web.yaml': '',
    ...files,
  });
  const error = await load(root, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RockpoolError)) throw error ?? new Error('nothing is wrong with it');
  expect(error.exitCode).toBe(2);
  return error.failures.map(formatProblem);
}

const whole = `# yaml-language-server: $schema=.rockpool/schema.json
version: 1
name: shop
namespace: shop
contexts: [minikube]
images:
  - name: shop/web
    context: ./web/
    target: dev
    args: { VERSION: "{{ git.short }}-{{ values.replicas }}", PLAIN: 1.10, ON: true }
  - { name: "registry:5000/api", dockerfile: web/Dockerfile }
manifests:
  - k8s/*.yaml
values: { replicas: 1, db: { user: me, hosts: [a, b] } }
forwards:
  - { to: service/web, port: 80 }
  - { to: svc/db:5432 }
  - { to: deploy/api, port: http, local: 9000 }
  - { to: po/x:443, local: auto, namespace: other }
profiles:
  ci: { values: { replicas: 2, db: { hosts: [c] } }, contexts: [kind-ci] }
`;
const files = { 'web/Dockerfile': 'FROM x\n', 'k8s/web.yaml': '' };

describe('loadConfig', () => {
  it.each(['localhost:5000', 'ghcr.io/me', 'registry:5000/a/b', 'localhost'])(
    'reads the registry %s',
    async (registry) => {
      const yaml = `version: 1\nregistry: ${registry}\nmanifests: [k8s/*.yaml]\n`;
      expect(await load(await makeProject({ 'rockpool.yaml': yaml, ...files }))).toMatchObject({ registry });
    },
  );

  it('fills in every default', async () => {
    const root = await makeProject({ 'rockpool.yaml': whole, ...files });
    expect(await load(root)).toEqual({
      root,
      file: join(root, 'rockpool.yaml'),
      sources: [join(root, 'rockpool.yaml'), join(root, '.env')],
      name: 'shop',
      namespace: 'shop',
      contexts: ['minikube'],
      images: [
        {
          ...{
            name: 'shop/web',
            context: 'web',
            dockerfile: 'web/Dockerfile',
            target: 'dev',
            update: 'auto',
          },
          args: { VERSION: 'abc1234-1', PLAIN: '1.10', ON: 'true' },
          ...{ sync: [], secrets: {}, ssh: [], contexts: {}, ignore: [] },
        },
        {
          ...{
            name: 'registry:5000/api',
            context: '.',
            dockerfile: 'web/Dockerfile',
            update: 'auto',
            args: {},
          },
          ...{ sync: [], secrets: {}, ssh: [], contexts: {}, ignore: [] },
        },
      ],
      manifests: ['k8s/*.yaml'],
      generated: [],
      partials: ['k8s/*.liquid'],
      values: { replicas: 1, db: { user: 'me', hosts: ['a', 'b'] } },
      env: {},
      forwards: [
        { id: 'service/web:80', kind: 'service', name: 'web', port: 80, local: 8080 },
        { id: 'service/db:5432', kind: 'service', name: 'db', port: 5432, local: 5432 },
        { id: 'deployment/api:http', kind: 'deployment', name: 'api', port: 'http', local: 9000 },
        { id: 'other/pod/x:443', kind: 'pod', name: 'x', namespace: 'other', port: 443, local: 'auto' },
      ],
      onExit: 'keep',
      warnings: [],
      inferred: [],
    });
  });

  it('is found from any folder below, and by its name or its folder', async () => {
    const root = await makeProject({ 'rockpool.yml': 'version: 1\n', 'a/b/c.txt': '' });
    for (const [cwd, file] of [
      [join(root, 'a/b'), undefined],
      [join(root, 'a'), '../rockpool.yml'],
      ['/', root],
    ] as const) {
      expect(await load(cwd, file === undefined ? {} : { file })).toMatchObject({ root, name: 'shop' });
    }
    await expect(load(root, { file: 'other.yaml' })).rejects.toMatchObject({
      exitCode: 2,
      failures: [{ code: 'CONFIG_NOT_FOUND' }],
    });
  });

  it('lays profiles, values files and --set over the file, in this order', async () => {
    const root = await makeProject({
      'rockpool.yaml': whole,
      'my.yaml': 'db: { user: you }\nextra: yes\n',
      ...files,
    });
    const options = { profiles: ['ci'], valuesFiles: ['my.yaml'], set: ['replicas=3,db.hosts[1]=d'] };
    const config = await load(root, options);
    expect(config.values).toEqual({ replicas: 3, db: { user: 'you', hosts: ['c', 'd'] }, extra: 'yes' });
    expect(config.contexts).toEqual(['kind-ci']);
    expect(config.sources).toContain(join(root, 'my.yaml'));
  });

  it('takes env from .env first, then from the process', async () => {
    const root = await makeProject({
      'rockpool.yaml': 'version: 1\n',
      '.env': 'A="from file"\nexport B=2 # b\n',
    });
    expect((await load(root, { env: { A: 'process', C: '3' } })).env).toEqual({
      A: 'from file',
      B: '2',
      C: '3',
    });
  });

  it('stops when asked to', async () => {
    const root = await makeProject({ 'rockpool.yaml': 'version: 1\n' });
    const options = { cwd: root, env: {}, git: () => git };
    await expect(loadConfig(options, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('problems', () => {
  it('come all at once, in the order of the file, each with its place and what was meant', async () => {
    const yaml = `version: 1
nam: shop
namespace: My_Shop
images:
  - nam: shop/web
    context: wb
    update: role
  - name: shop/api:1
    dockerfle: x
    sync: [{ from: 3 }]
  - { name: shop/db, context: web, dockerfile: web/Dockerfle }
  - { name: shop/db, context: web }
manifests: [ k8s/*.yml, { kustomise: x }, { helm: { chart: c } }, 3 ]
forwards:
  - { to: web, port: 80 }
  - { to: service/web }
  - { to: service/web:80, port: 81 }
  - { to: service/a, port: 70000, local: 0.5 }
  - { to: service/b:80 }
  - { to: service/c:80 }
values: []
gateway: true
onExit: kep
profiles:
  ci: { version: 1, images: text }
`;
    expect(await problems(yaml)).toEqual([
      'rockpool.yaml:2:1 unknown key "nam": did you mean "name"?',
      'rockpool.yaml:3:12 namespace: a namespace consists of lower case letters, digits and "-", at most 63, and begins and ends with a letter or digit',
      'rockpool.yaml:5:5 unknown key "nam" in images[0]: did you mean "name"?',
      'rockpool.yaml:7:13 images[0].update: expected "auto", "sync", "swap" or "roll", got the text "role": did you mean "roll"?',
      'rockpool.yaml:8:11 images[1].name: an image name is written as in the manifests, without tag or digest, in lower case',
      'rockpool.yaml:9:5 unknown key "dockerfle" in images[1]: did you mean "dockerfile"?',
      'rockpool.yaml:10:12 images[1].sync[0].to is missing',
      'rockpool.yaml:10:20 images[1].sync[0].from: expected text, got 3',
      'rockpool.yaml:11:48 the Dockerfile web/Dockerfle of shop/db does not exist: paths are relative to the folder of rockpool.yaml',
      'rockpool.yaml:12:13 the image shop/db is there twice: first in line 11',
      'rockpool.yaml:13:14 no file matches "k8s/*.yml": files, folders and patterns are relative to the folder of rockpool.yaml',
      'rockpool.yaml:13:27 unknown key "kustomise" in manifests[1]: did you mean "kustomize"?',
      'rockpool.yaml:13:60 the chart c does not exist: paths are relative to the folder of rockpool.yaml',
      'rockpool.yaml:13:67 manifests[3]: expected text or a map, got 3',
      'rockpool.yaml:15:11 forwards[0].to expected kind/name, got "web": as service/web, deployment/web, statefulset/db, daemonset/x or pod/x',
      'rockpool.yaml:16:5 forwards[1].port is missing: as port: 80, or to: service/web:80',
      'rockpool.yaml:17:33 forwards[2].port is 81 here and 80 in "to": name it once',
      'rockpool.yaml:18:28 forwards[3].port: a port is a whole number from 1 to 65535',
      'rockpool.yaml:18:42 forwards[3].local: expected a whole number or "auto", got 0.5',
      'rockpool.yaml:20:5 the local port 8080 is there twice: first in line 19: give one "local: auto" or another number',
      'rockpool.yaml:21:9 values: expected a map, got a list',
      'rockpool.yaml:23:9 onExit: expected "stop", "keep" or "down", got the text "kep": did you mean "keep"?',
      'rockpool.yaml:25:9 unknown key "version" in profiles.ci: known keys: namespace, contexts, registry, images, manifests, values, forwards, gateway, tasks, dependsOn, onExit',
      'rockpool.yaml:25:29 profiles.ci.images: expected a list, got the text "text"',
    ]);
  });

  it.each(['https://ghcr.io/me', 'ghcr.io/me/', 'me', 'localhost:5000/A'])(
    'refuse the registry %s',
    async (registry) => {
      const [problem] = await problems(`version: 1\nregistry: ${registry}\nmanifests: [k8s/*.yaml]\n`);
      expect(problem).toContain('rockpool.yaml:2:11 registry: a registry is written host[:port][/path]');
    },
  );

  it.each([
    ['', 'rockpool.yaml:1:1 rockpool.yaml is empty: begin it with "version: 1"'],
    ['# nothing\n', 'rockpool.yaml:1:1 rockpool.yaml is empty: begin it with "version: 1"'],
    ['- a\n', 'rockpool.yaml:1:1 rockpool.yaml must be a map of keys and values: begin it with "version: 1"'],
    [
      'version: 2\nimages: 3\n',
      'rockpool.yaml:1:10 version 2 of the format is not known to this rockpool: it knows version 1',
    ],
    ['name: shop\n', 'rockpool.yaml:1:1 version is missing: begin the file with "version: 1"'],
    ['version: 1\nname: a\nname: b\n', 'rockpool.yaml:3:1 the key "name" is there twice'],
    ['version: 1\nvalues: *nowhere\n', 'rockpool.yaml:2:9 the alias *nowhere has no anchor before it'],
    ['version: 1\nvalues: &a { b: *a }\n', 'rockpool.yaml:2:17 the alias *a contains itself'],
  ])('%j', async (yaml, problem) => {
    expect(await problems(yaml)).toEqual([problem]);
  });

  it('of YAML itself have their places too', async () => {
    const found = await problems('version: 1\nimages:\n  - name: a\n   context: b\n');
    expect(found[0]).toMatch(/^rockpool\.yaml:4:\d+ not valid YAML: /);
  });

  it('an alias bomb is refused, not expanded', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `  v${n + 1}: &v${n + 1} [${Array(10).fill(`*v${n}`).join(', ')}]\n`,
    );
    const [problem] = await problems(`version: 1\nvalues:\n  v0: &v0 [a]\n${levels.join('')}`);
    expect(problem).toContain('aliases make this too large');
  });

  it('of templated arguments have the place of the argument', async () => {
    const yaml =
      'version: 1\nimages:\n  - name: a\n    context: web\n    args: { A: "{{ values.x }}", B: "{{ git.short | up }}" }\nvalues: { y: 1 }\n';
    expect(await problems(yaml)).toEqual([
      'rockpool.yaml:5:16 images[0].args.A: unknown variable "values.x": did you mean "values.y"?',
      'rockpool.yaml:5:37 images[0].args.B: unknown filter "up": did you mean "upcase"?',
    ]);
  });

  it('of the command line say which argument', async () => {
    const options = { profiles: ['cii'], valuesFiles: ['no.yaml'], set: ['a'] };
    expect(await problems('version: 1\nprofiles: { ci: {} }\n', options)).toEqual([
      'there is no profile "cii": did you mean "ci"?',
      'no.yaml cannot read the values file: there is no such file',
      '--set: "a" has no value: write name=value: as --set replicas=2,db.user=me',
    ]);
  });

  it('of a chosen profile have the place in the profile', async () => {
    const yaml =
      'version: 1\nimages: [{ name: a, context: web }]\nprofiles:\n  ci:\n    images: [{ name: a, context: wb }]\n';
    expect(await problems(yaml, { profiles: ['ci'] })).toEqual([
      'rockpool.yaml:5:34 the build context wb of a does not exist',
    ]);
  });
});

describe('what is not acted on yet', () => {
  it('is said, with its place, and only where it is used', async () => {
    const yaml = `version: 1
images:
  - { name: a, context: web, update: swap, sync: [{ from: a, to: /b, restart: true }] }
  - { name: b, context: web, update: roll, sync: [], ssh: [default] }
gateway: 7777
tasks: [{ name: t, run: x }]
dependsOn: { web: [db] }
onExit: down
`;
    const root = await makeProject({ 'rockpool.yaml': yaml, ...files });
    expect((await load(root)).warnings.map(formatProblem)).toEqual([
      'rockpool.yaml:3:70 images[0].sync[0].restart: not acted on yet: the image is rebuilt instead',
      'rockpool.yaml:3:30 images[0].update: not acted on yet: what is not synced comes in new pods (roll)',
      'rockpool.yaml:5:1 gateway: not acted on yet: use forwards',
      'rockpool.yaml:6:1 tasks: not acted on yet: nothing is run',
      'rockpool.yaml:7:1 dependsOn: not acted on yet: everything is started at once',
    ]);
  });
});
