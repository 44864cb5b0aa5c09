import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { type ComposeQuery, readCompose } from '../../../src/scaffold/compose/read-compose.ts';
import { writeManifests } from '../../../src/scaffold/manifests/write-manifests.ts';
import { filesOf } from './files-of.ts';

type More = Partial<ComposeQuery> & { texts?: Record<string, string> };

const all = (source: string, { texts = {}, ...more }: More = {}) =>
  readCompose({
    sources: [{ file: 'compose.yaml', source }],
    project: 'shop',
    files: filesOf(texts),
    ...more,
  });

const read = (source: string, more: More = {}) => {
  const project = all(source, more);
  expect(project.failures).toEqual([]);
  return project;
};

/** One service, whose lines are indented already. */
const one = (lines: string, more: More = {}) => {
  const project = read(`services:\n  web:\n    image: a/b:1\n${lines.replace(/^/gm, '    ')}`, more);
  return { ...project, sketch: project.sketches[0]! };
};

test('a service of a public image', () => {
  const { sketches, images, forwards, leftOut } = read('services:\n  web:\n    image: corp/web:1.2\n');
  expect(sketches).toEqual([
    { name: 'web', image: 'corp/web:1.2', ports: [], env: {}, secretEnv: {}, volumes: [], replicas: 1 },
  ]);
  expect({ images, forwards, leftOut }).toEqual({ images: [], forwards: [], leftOut: [] });
});

describe('ports', () => {
  test.each<[string, number[], (string | number)[][]]>([
    ['["8080:80"]', [80], [[80, 8080]]],
    ['["3000"]', [3000], [[3000, 3000]]],
    ['["80:80"]', [80], [[80, 8080]]],
    ['["127.0.0.1:8001:81"]', [81], [[81, 8001]]],
    ['["[::1]:8001:81"]', [81], [[81, 8001]]],
    ['["127.0.0.1::82"]', [82], [[82, 8082]]],
    [
      '["3000-3002:4000-4002"]',
      [4000, 4001, 4002],
      [
        [4000, 3000],
        [4001, 3001],
        [4002, 3002],
      ],
    ],
    ['["9000:9000/tcp"]', [9000], [[9000, 9000]]],
    ['[{target: 80, published: "8080", protocol: tcp, host_ip: 127.0.0.1}]', [80], [[80, 8080]]],
    ['[{target: 80}]', [80], [[80, 8080]]],
    ['["5353:53/udp"]', [], []],
    [
      '["8080:80", "8443:443"]',
      [80, 443],
      [
        [80, 8080],
        [443, 8443],
      ],
    ],
    [
      '["80:80", "8080:8080"]',
      [80, 8080],
      [
        [80, 'auto'],
        [8080, 8080],
      ],
    ],
    ['["${WEB_PORT:-8085}:80"]', [80], [[80, 8085]]],
  ])('%s', (ports, expected, forwarded) => {
    const { sketch, forwards } = one(`ports: ${ports}`);
    expect(sketch.ports).toEqual(expected);
    expect(forwards).toEqual(forwarded.map(([port, local]) => ({ to: 'service/web', port, local })));
  });

  test('expose makes a port and no forward', () => {
    expect(one('expose: ["9000", 9001]')).toMatchObject({ sketch: { ports: [9000, 9001] }, forwards: [] });
  });

  test('what cannot be forwarded as it is, is told', () => {
    expect(one('ports: ["5353:53/udp"]').leftOut).toEqual([
      'compose.yaml:4 web: port 53/udp is left out, only TCP can be forwarded',
    ]);
    expect(one('ports: ["10.0.0.1:80:80"]').leftOut[0]).toContain(
      'is forwarded to 127.0.0.1, not to 10.0.0.1',
    );
    expect(one('ports: ["443:443"]').leftOut[0]).toContain(
      'the port 443 of this machine is not open to users: the forward takes 8443',
    );
  });

  test.each(['["x:80"]', '["8080:99999"]', '["3000-3001:4000-4002"]'])(
    '%s is a failure with its place',
    (ports) => {
      const { failures } = all(`services:\n  web:\n    image: a\n    ports: ${ports}`);
      expect(failures).toMatchObject([{ code: 'COMPOSE_INVALID', at: { file: 'compose.yaml', line: 4 } }]);
    },
  );
});

describe('environment', () => {
  test.each<[string, object, object]>([
    ['environment: {A: 1, B: yes, C: "x y", D: 1.10}', { A: '1', B: 'yes', C: 'x y', D: '1.10' }, {}],
    ['environment: ["A=1", "B=x=y", "C="]', { A: '1', B: 'x=y', C: '' }, {}],
    ['environment: {A: "${HOST:-db}:1", B: $GIVEN, C: "$$5"}', { A: 'db:1', B: 'given', C: '$5' }, {}],
    ['environment: [GIVEN, NOT_GIVEN]', { GIVEN: 'given' }, {}],
    ['environment: {GIVEN: }', { GIVEN: 'given' }, {}],
    [
      'environment: {DB_PASSWORD: p, API_KEY: k, AUTH_TOKEN: t, SECRET_KEY_BASE: s, URL: "postgres://u:p@db/x", PLAIN_URL: "http://db/x"}',
      { PLAIN_URL: 'http://db/x' },
      { DB_PASSWORD: 'p', API_KEY: 'k', AUTH_TOKEN: 't', SECRET_KEY_BASE: 's', URL: 'postgres://u:p@db/x' },
    ],
    [
      'environment: {ALLOW_EMPTY_PASSWORD: "yes", PASSWORD_MIN: 8, POSTGRES_PASSWORD_FILE: /run/x, TOKEN_TTL: 60, MONKEY: x}',
      {
        ALLOW_EMPTY_PASSWORD: 'yes',
        PASSWORD_MIN: '8',
        POSTGRES_PASSWORD_FILE: '/run/x',
        TOKEN_TTL: '60',
        MONKEY: 'x',
      },
      {},
    ],
    ['env_file: a.env\nenvironment: {A: over}', { A: 'over', B: 'two words', C: 'given', D: '$GIVEN' }, {}],
    [
      'env_file: [a.env, {path: b.env, required: false}]',
      { A: '1', B: 'two words', C: 'given', D: '$GIVEN' },
      {},
    ],
  ])('%s', (lines, env, secretEnv) => {
    const texts = { 'a.env': '# x\nA=1\nB="two words"\nC=$GIVEN\nD=\'$GIVEN\'\n' };
    const { sketch } = one(lines, { env: { GIVEN: 'given' }, texts });
    expect({ env: sketch.env, secretEnv: sketch.secretEnv }).toEqual({ env, secretEnv });
  });

  test('what is missing is told with its place', () => {
    const { leftOut } = one('env_file: a.env\nenvironment:\n  - X\n  - B=${Y}');
    expect(leftOut).toEqual([
      'compose.yaml:4 web: the env_file a.env is not there, so its variables are missing',
      'compose.yaml:6 web: X has no value here, compose takes it from the shell: write it into .env',
      'compose.yaml:7 the variable Y has no value and is taken for empty: write it into .env',
    ]);
  });
});

describe('commands and health', () => {
  test.each<[string, object]>([
    ['command: npm run "dev server"', { args: ['npm', 'run', 'dev server'] }],
    ['command: [sh, -c, "echo $$HOME"]', { args: ['sh', '-c', 'echo $HOME'] }],
    ['entrypoint: /start.sh --x\ncommand: a b', { command: ['/start.sh', '--x'], args: ['a', 'b'] }],
    ['working_dir: /srv', { workingDir: '/srv' }],
    ['deploy: {replicas: 3}', { replicas: 3 }],
    ['scale: 2', { replicas: 2 }],
    [
      'healthcheck: {test: "curl -f http://localhost:3000/h || exit 1"}',
      { health: { path: '/h' }, ports: [3000] },
    ],
    [
      'ports: ["80:80", "3000:3000"]\nhealthcheck: {test: [CMD, wget, -q, "http://localhost:3000/h"]}',
      { health: { path: '/h' }, ports: [3000, 80] },
    ],
    [
      'healthcheck: {test: [CMD-SHELL, "pg_isready -U $$POSTGRES_USER"]}',
      { health: { command: ['sh', '-c', 'pg_isready -U $POSTGRES_USER'] } },
    ],
    ['healthcheck: {test: [CMD, pg_isready]}', { health: { command: ['pg_isready'] } }],
    ['healthcheck: {test: [NONE]}', { ports: [] }],
    ['healthcheck: {disable: true}', { ports: [] }],
  ])('%s', (lines, expected) => {
    expect(one(lines).sketch).toMatchObject(expected);
  });
});

describe('volumes', () => {
  test.each<[string, object[]]>([
    ['["data:/var/lib/data"]', [{ name: 'data', mountPath: '/var/lib/data' }]],
    ['["my_Data:/x/:ro"]', [{ name: 'my-data', mountPath: '/x' }]],
    ['[{type: volume, source: data, target: /x}]', [{ name: 'data', mountPath: '/x' }]],
    [
      '["data:/x", "data:/y"]',
      [
        { name: 'data', mountPath: '/x' },
        { name: 'data-y', mountPath: '/y' },
      ],
    ],
    ['["node_modules:/app/node_modules", "/app/tmp"]', []],
    ['["./src:/app/src", "~/x:/y", "/var/run/docker.sock:/var/run/docker.sock", "C:\\\\x:/z"]', []],
  ])('%s', (volumes, expected) => {
    expect(one(`volumes: ${volumes}`).sketch.volumes).toEqual(expected);
  });

  test('what is not kept is told', () => {
    const { leftOut } = one(
      'volumes:\n  - /app/tmp\n  - nm:/app/node_modules\n  - ./x.conf:/etc/x.conf:ro\n  - /var/run/docker.sock:/var/run/docker.sock\n  - {type: tmpfs, target: /t}',
    );
    expect(leftOut).toEqual([
      'compose.yaml:5 web: /app/tmp is not kept, since its volume has no name',
      'compose.yaml:6 web: no volume for /app/node_modules, the image has what is installed there',
      'compose.yaml:7 web: ./x.conf is not mounted at /etc/x.conf: write a ConfigMap or a Secret of what is in it, or COPY it into an image',
      'compose.yaml:8 web: /var/run/docker.sock is not mounted at /var/run/docker.sock: a pod has no Docker daemon',
      'compose.yaml:9 web: a mount of type tmpfs is left out',
    ]);
  });

  test('what compose shares as files is mounted as files', () => {
    const { sketches, leftOut } = read(
      `services:
  db:
    image: postgres
    secrets: [password, {source: key, target: my.key}, lost]
    configs: [{source: conf, target: /etc/x.conf}]
    volumes: ["./init:/docker-entrypoint-initdb.d", "./db/pg.conf:/etc/pg.conf:ro"]
secrets:
  password: {file: ./secret.txt}
  key: {environment: KEY}
  lost: {file: ./lost.txt}
configs:
  conf: {content: "a=1"}
`,
      {
        texts: { 'secret.txt': 'hush', 'init/1.sql': 'CREATE', 'init/2.sh': 'x', 'db/pg.conf': 'y' },
        env: { KEY: 'k' },
      },
    );
    expect(sketches[0]?.files).toEqual([
      { mountPath: '/run/secrets/password', content: 'hush', isSecret: true },
      { mountPath: '/run/secrets/my.key', content: 'k', isSecret: true },
      { mountPath: '/etc/x.conf', content: 'a=1', isSecret: false },
      { mountPath: '/docker-entrypoint-initdb.d/1.sql', content: 'CREATE', isSecret: false },
      { mountPath: '/docker-entrypoint-initdb.d/2.sh', content: 'x', isSecret: false },
      { mountPath: '/etc/pg.conf', content: 'y', isSecret: false },
    ]);
    expect(leftOut).toEqual([
      'compose.yaml:4 db: lost is not mounted, what is in it is not here: write a Secret and mount it in its manifest',
      'compose.yaml:6 db: ./init is not mounted at /docker-entrypoint-initdb.d, but a copy of it: change its ConfigMap in the manifest of db',
      'compose.yaml:6 db: ./db/pg.conf is not mounted at /etc/pg.conf, but a copy of it: change its ConfigMap in the manifest of db',
    ]);
  });

  test('a folder of this machine that data are kept in becomes a claim', () => {
    const { sketches, leftOut } = read(
      'services:\n  db: {image: "postgres:17", volumes: ["./pg:/var/lib/postgresql/data"]}\n  web: {image: a, volumes: ["./uploads:/srv/uploads", "./x.conf:/etc/x.conf"]}\n',
      { texts: { 'compose.yaml': '' } },
    );
    expect(sketches.map(({ volumes }) => volumes)).toEqual([
      [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
      [{ name: 'uploads', mountPath: '/srv/uploads' }],
    ]);
    expect(leftOut[1]).toBe(
      'compose.yaml:3 web: ./uploads is not mounted at /srv/uploads: it becomes a claim of the cluster, which begins empty',
    );
  });

  test('what services share by an anchor is told once', () => {
    const { leftOut } = read(
      'x-b: &b\n  image: a\n  privileged: true\nservices:\n  a: *b\n  b: *b\n  c: *b\n  d: *b\n  e: *b\n',
    );
    expect(leftOut.length).toBe(1);
    expect(leftOut[0]).toMatch(/^compose\.yaml:3 a, b, c, 2 more: `privileged` is left out/);
  });

  test('an image without a name is told, and the rest goes on', () => {
    const { sketches, leftOut } = read(
      'services:\n  a: {image: "$IMAGE"}\n  b: {image: x, hostname: "$NAME"}\n',
    );
    expect(sketches.map(({ name }) => name)).toEqual(['b']);
    expect(leftOut).toContain('compose.yaml:2 a: it is left out, since its image has no name');
  });

  test('a shared volume is told', () => {
    const { leftOut } = read(
      'services:\n  a: {image: x, volumes: ["d:/d"]}\n  b: {image: x, volumes: ["d:/d"]}\nvolumes:\n  d:\n',
    );
    expect(leftOut).toEqual([
      'compose.yaml:5 the volume d is shared by a and b: in the cluster each has its own, with nothing in common',
    ]);
  });
});

describe('images', () => {
  test.each<[string, object | undefined]>([
    ['build: .', { name: 'shop/web', context: '.', args: {} }],
    ['build: ./web', { name: 'shop/web', context: 'web', args: {} }],
    ['build: web\nimage: ghcr.io/me/web:latest', { name: 'ghcr.io/me/web', context: 'web', args: {} }],
    [
      'build: {context: ., dockerfile: docker/Dockerfile.dev, target: dev, args: [A=1, B]}',
      {
        name: 'shop/web',
        context: '.',
        dockerfile: 'docker/Dockerfile.dev',
        target: 'dev',
        args: { A: '1', B: 'b' },
      },
    ],
    [
      'build: {context: web, dockerfile: ../Dockerfile, args: {V: 1.10}}',
      { name: 'shop/web', context: 'web', dockerfile: 'Dockerfile', args: { V: '1.10' } },
    ],
    ['build: ../elsewhere', undefined],
    ['build: https://github.com/a/b.git', undefined],
  ])('%s', (lines, image) => {
    const { images } = read(`services:\n  web:\n${lines.replace(/^/gm, '    ')}`, { env: { B: 'b' } });
    expect(images).toEqual(image ? [{ ...image, sync: [] }] : []);
  });

  test('of a compose file in a folder, paths are relative to the project', () => {
    const { images } = readCompose({
      sources: [
        {
          file: 'docker/compose.yaml',
          source: 'services: {web: {build: {context: .., dockerfile: docker/Dockerfile}}}',
        },
      ],
      project: 'shop',
    });
    expect(images).toMatchObject([{ context: '.', dockerfile: 'docker/Dockerfile' }]);
  });

  test('one build is one image, however many services run it', () => {
    const { images, sketches } = read(
      'services:\n  web: {build: .}\n  worker: {build: ., command: work}\n  beat: {image: "shop/web:1"}\n',
    );
    expect(images.map(({ name }) => name)).toEqual(['shop/web']);
    expect(sketches.map(({ image }) => image)).toEqual(['shop/web', 'shop/web', 'shop/web']);
  });

  test('ports and health of the Dockerfile count where compose says nothing', () => {
    const texts = {
      'web/Dockerfile': 'FROM node:24\nEXPOSE 3000\nHEALTHCHECK CMD curl -f http://localhost:3000/h\nCMD x',
    };
    const { sketches } = read('services:\n  web:\n    build: web\n', { texts });
    expect(sketches).toMatchObject([{ ports: [3000], health: { path: '/h' } }]);
  });
});

describe('EXPOSE of an image that a service runs with another command', () => {
  const two = (lines: string, texts: Record<string, string> = {}) =>
    read(
      `services:\n  web:\n    build: .\n    ports: ["3000:3000"]\n  jobs:\n    build: .\n${lines.replace(/^/gm, '    ')}\n`,
      { texts: { Dockerfile: 'FROM ruby:3.4\nEXPOSE 3000\nCMD bundle exec puma', ...texts } },
    ).sketches.map(({ name, ports }) => [name, ports]);

  test.each<[string, string, number[], Record<string, string>?]>([
    ['a worker listens on nothing', 'command: bundle exec sidekiq', []],
    ['nor does one with its own entrypoint', 'entrypoint: [bin/jobs]', []],
    ['the image as it comes', 'environment: {A: b}', [3000]],
    ['a port that it publishes', 'command: bin/dev\nports: [4000]', [4000, 3000]],
    ['a port that it exposes', 'command: bin/dev\nexpose: [4000]', [4000, 3000]],
    ['a port in its arguments', 'command: sh -c "rm -f x && bundle exec rails s -p 4000"', [4000]],
    ['a program that listens', 'command: bundle exec rails s', [3000]],
    ['an address in the compose file', 'command: bin/dev\nlabels: {proxy: "http://jobs:3000/"}', [3000]],
    ['a label for a proxy', 'command: bin/dev\nlabels: ["traefik.x.server.port=3000"]', [3000]],
    [
      'an address in a configuration',
      'command: bin/dev',
      [3000],
      { 'proxy/nginx.conf': 'proxy_pass http://jobs:3000;' },
    ],
    ['an address of another one', 'command: bin/dev\nlabels: {proxy: "web-jobs:3000 jobs:30001"}', []],
  ])('%s', (_, lines, ports, texts) => {
    expect(two(lines, texts)).toEqual([
      ['web', [3000]],
      ['jobs', ports],
    ]);
  });
});

test('a worker is not asked for the health of the server in its image', () => {
  const texts = {
    Dockerfile: 'FROM ruby:3.4\nEXPOSE 3000\nHEALTHCHECK CMD curl -f http://localhost:3000/up',
  };
  const { sketches } = read(
    'services:\n  web:\n    build: .\n  jobs:\n    build: .\n    command: bin/jobs\n',
    { texts },
  );
  expect(sketches[0]).toMatchObject({ ports: [3000], health: { path: '/up' } });
  expect(sketches[1]).toMatchObject({ ports: [] });
  expect(sketches[1]).not.toHaveProperty('health');
});

describe('sync', () => {
  const texts = {
    'web/Dockerfile':
      'FROM node:24\nWORKDIR /app\nCOPY package.json .\nRUN npm i\nCOPY . .\nRUN npm run build\nCMD ["node", "dist/a.js"]',
    'web/package.json': '{"scripts":{"dev":"vite"}}',
    'web/src/a.ts': '',
    'web/index.html': '',
  };

  test('the command of compose and its mounted sources make rules right', () => {
    const { images, leftOut } = read(
      'services:\n  web:\n    build: web\n    command: npm run dev\n    volumes:\n      - ./web:/app\n',
      { texts },
    );
    expect(images[0]?.sync.map(({ from, to }) => [from, to])).toEqual([
      ['*.html', '/app'],
      ['src/**', '/app/src'],
    ]);
    expect(leftOut).toEqual([
      'compose.yaml:6 web: ./web is not mounted at /app: `sync` of the image takes its place',
    ]);
  });

  test('without a mount the build is what counts', () => {
    const { images } = read('services:\n  web:\n    build: web\n    command: npm run dev\n', { texts });
    expect(images[0]?.sync).toEqual([]);
  });

  test('not while another service of the image would go on with old code', () => {
    const { images, leftOut } = read(
      'services:\n  web:\n    build: web\n    command: npm run dev\n    volumes: [./web:/app]\n  job:\n    build: web\n    command: node x.js\n    volumes: [./web:/app]\n',
      { texts },
    );
    expect(images[0]?.sync).toEqual([]);
    expect(leftOut.join()).toContain('the image holds it, and a save builds it anew');
  });

  describe('why nothing is synced', () => {
    const why = (lines: string) =>
      read(lines, {
        texts: {
          Dockerfile: 'FROM python:3.13\nWORKDIR /code\nCOPY . .\nCMD gunicorn app',
          'manage.py': '',
          'app/a.py': '',
        },
      }).notSynced['shop/web'];
    const web = 'services:\n  web:\n    build: .\n    volumes: [".:/code"]\n    command: ';

    test.each<[string, string, string[]]>([
      ['its command notices', 'python manage.py runserver', []],
      [
        'one command that does not',
        'node server.js',
        ['nothing is synced, since "node server.js" is not known to notice changed files'],
      ],
      [
        'a worker of the same image',
        'python manage.py runserver\n  worker:\n    build: .\n    command: celery',
        ['worker runs it, too: nothing is synced, since "celery" is not known to notice changed files'],
      ],
      [
        'several that do not notice',
        'a\n  worker:\n    build: .\n    command: b',
        [
          'web: nothing is synced, since "a" is not known to notice changed files',
          'worker: nothing is synced, since "b" is not known to notice changed files',
        ],
      ],
      [
        'several of one command',
        'a\n  worker:\n    build: .\n    command: a',
        ['nothing is synced, since "a" is not known to notice changed files'],
      ],
      [
        'some rules only',
        'python manage.py runserver\n  worker:\n    build: .\n    command: watchfiles --x\n    develop: {watch: [{action: sync, path: app, target: /code/app}]}',
        ['*.py is not synced, since it is not right for all of web, worker'],
      ],
      [
        'rules that differ',
        'python manage.py runserver\n  worker:\n    build: .\n    develop: {watch: [{action: sync, path: app, target: /other}]}',
        ['nothing is synced, since web, worker differ in it'],
      ],
    ])('%s', (_, command, expected) => {
      expect(why(`${web}${command}\n`)).toEqual(expected);
    });
  });

  test('sources that only a mount brings into the container are told', () => {
    const { leftOut } = read('services:\n  web:\n    build: web\n    volumes: [./web/src:/app/src]\n', {
      texts: {
        'web/Dockerfile': 'FROM node:24\nWORKDIR /app\nCOPY package.json .\nCMD npx nodemon src/a.js',
        'web/src/a.js': '',
        'web/package.json': '',
      },
    });
    expect(leftOut[0]).toContain('no COPY of its Dockerfile puts it there: the image needs one');
  });

  test('a stage without sources is built as the last one, where compose runs what the image says', () => {
    const more = {
      texts: {
        'web/Dockerfile':
          'FROM python:3.13 AS base\nWORKDIR /app\nCOPY requirements.txt .\nFROM base AS dev\nCMD python app.py\nFROM base\nCOPY . .\nEXPOSE 8000\nCMD gunicorn app',
        'web/requirements.txt': '',
        'web/app.py': '',
      },
    };
    const service = 'services:\n  web:\n    build: {context: web, target: dev}\n    volumes: [./web:/app]\n';
    const { images, sketches, leftOut } = read(service, more);
    expect(images[0]).not.toHaveProperty('target');
    expect(sketches[0]?.ports).toEqual([8000]);
    expect(leftOut[0]).toBe(
      'compose.yaml:3 web: the stage dev counts on mounted sources and has none in a cluster, so the last stage is built',
    );
    const kept = read(`${service}    command: python app.py\n`, more);
    expect(kept.images[0]?.target).toBe('dev');
    expect(kept.leftOut[0]).toContain('no COPY of its Dockerfile puts it there: the image needs one');
  });

  test.each(['', '\n    volumes: [./web:/app]', '\n    command: vite'])(
    'a stage that is not there is said to be none, whatever else the service says%s',
    (more) => {
      const service = `services:\n  web:\n    build: {context: web, target: nowhere}${more}\n`;
      const { images, leftOut } = read(service, { texts });
      expect(images[0]).not.toHaveProperty('target');
      expect(leftOut[0]).toBe(
        'compose.yaml:3 web: its Dockerfile has no stage nowhere, so the last stage is built',
      );
    },
  );

  test('develop.watch says it itself', () => {
    const { images } = read(
      `services:
  web:
    build: web
    develop:
      watch:
        - {action: sync, path: ./web/src, target: /app/src}
        - {action: sync+restart, path: ./web/server.js, target: /app/server.js}
        - {action: sync, path: ./web, target: /app, ignore: [node_modules/]}
        - {action: rebuild, path: ./web/package.json}
`,
      { texts: { ...texts, 'web/server.js': '', 'web/lib/a.js': '' } },
    );
    expect(images[0]?.sync.map(({ reason, ...rule }) => rule)).toEqual([
      { from: 'src/**', to: '/app/src' },
      { from: 'server.js', to: '/app/server.js', restart: true },
      { from: 'index.html', to: '/app/index.html' },
      { from: 'lib/**', to: '/app/lib' },
      { from: 'server.js', to: '/app/server.js' },
      { from: 'src/**', to: '/app/src' },
    ]);
    expect(images[0]?.sync[0]?.reason).toBe('develop.watch of web (compose.yaml:6)');
  });
});

describe('the file itself', () => {
  test('anchors, merge keys and x- parts', () => {
    const { sketches, leftOut } = read(`
x-base: &base
  image: a/b
  environment: &env {A: "1", B: "2"}
services:
  one:
    <<: *base
  two:
    <<: *base
    environment:
      <<: *env
      B: "3"
`);
    expect(sketches.map(({ env }) => env)).toEqual([
      { A: '1', B: '2' },
      { A: '1', B: '3' },
    ]);
    expect(leftOut).toEqual([]);
  });

  test('extends in the same file', () => {
    const { sketches, leftOut } = read(`
services:
  base: {image: a/b, environment: [A=1, B=2], ports: ["80"], command: x}
  web:
    extends: {service: base}
    environment: {B: 3}
    ports: ["81"]
    command: [y, z]
  far:
    extends: {file: other.yaml, service: base}
    image: c
`);
    expect(sketches[1]).toMatchObject({
      image: 'a/b',
      env: { A: '1', B: '3' },
      ports: [80, 81],
      args: ['y', 'z'],
    });
    expect(leftOut).toEqual([
      'compose.yaml:10 far: what it extends in other.yaml is not there, so it is missing',
    ]);
  });

  test('extends and include of other files, whose paths are relative to them', () => {
    const { sketches, images, leftOut } = read(
      'include: [./infra/db.yaml, {path: lost.yaml}]\nservices:\n  web:\n    extends: {file: common/base.yml, service: app}\n    environment: {B: 2}\n',
      {
        texts: {
          'infra/db.yaml': 'services:\n  db: {image: "postgres:17"}\n',
          'common/base.yml':
            'services:\n  root: {build: ../app, env_file: a.env}\n  app: {extends: root, environment: {A: 1}}\n',
          'common/a.env': 'C=3\n',
        },
      },
    );
    expect(sketches).toMatchObject([
      { name: 'db', image: 'postgres:17' },
      { name: 'web', image: 'shop/web', env: { A: '1', B: '2', C: '3' } },
    ]);
    expect(images).toMatchObject([{ context: 'app' }]);
    expect(leftOut).toEqual([
      'compose.yaml:1 lost.yaml is included and not there, so its services are missing',
    ]);
  });

  test('a port whose variable is not set is told', () => {
    expect(one('ports: ["${A}:${B}"]').leftOut.at(-1)).toBe(
      'compose.yaml:4 web: a port without a number is left out',
    );
  });

  test('a file laid over it', () => {
    const { sketches, images } = readCompose({
      sources: [
        {
          file: 'compose.yaml',
          source: 'services:\n  web:\n    build: .\n    environment: [A=1]\n    volumes: ["d:/d"]\n',
        },
        {
          file: 'compose.override.yaml',
          source:
            'services:\n  web:\n    command: dev\n    environment: {A: 2}\n    volumes: ["e:/d"]\n  mail: {image: axllent/mailpit}\n',
        },
      ],
      project: 'shop',
    });
    expect(images.length).toBe(1);
    expect(sketches).toMatchObject([
      { args: ['dev'], env: { A: '2' }, volumes: [{ name: 'e', mountPath: '/d' }] },
      { name: 'mail', ports: [1025, 8025] },
    ]);
  });

  test('profiles and what runs to its end are left out, unless chosen', () => {
    const source = `
services:
  web:
    image: a
    depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}
  migrate: {image: a, restart: "no"}
  db: {image: postgres}
  tools: {image: b, profiles: [debug]}
`;
    const { sketches, leftOut } = read(source);
    expect(sketches.map(({ name }) => name)).toEqual(['web', 'db']);
    expect(leftOut).toEqual([
      'compose.yaml:5 web: it is not started after migrate, db: a program in a cluster tries again until they are there, or ends and is started again',
      'compose.yaml:6 migrate is left out: web waits for its end, so it is a Job, which is yours to write',
      'compose.yaml:8 tools is left out: it runs in the profile debug only',
    ]);
    expect(read(source, { env: { COMPOSE_PROFILES: 'debug' } }).sketches.map(({ name }) => name)).toContain(
      'tools',
    );
  });

  test('names become labels, in addresses too; names that become one are refused', () => {
    const { sketches, leftOut } = read(
      'services:\n  my_cache: {image: redis}\n  web:\n    image: a\n    environment: {URL: "redis://my_cache:6379/0", CACHE_HOST: my_cache, DB_NAME: my_cache, NOTE: see my_cache}\n',
    );
    expect(sketches.map(({ name }) => name)).toEqual(['my-cache', 'web']);
    expect(sketches[1]?.env).toEqual({
      URL: 'redis://my-cache:6379/0',
      CACHE_HOST: 'my-cache',
      DB_NAME: 'my_cache',
      NOTE: 'see my_cache',
    });
    expect(leftOut[0]).toContain('my_cache is called my-cache in the cluster');
    const aliased = read(
      'services:\n  db: {image: mongo, container_name: mongodb}\n  web: {image: a, environment: {URI: "mongodb://mongodb:27017/x"}}\n',
    );
    expect(aliased.sketches[1]?.env).toEqual({ URI: 'mongodb://db:27017/x' });
    expect(all('services:\n  a_b: {image: x}\n  a-b: {image: x}\n').failures).toMatchObject([
      { message: 'the services a_b and a-b would both be called a-b in the cluster', at: { line: 3 } },
    ]);
  });

  test('each thing that is not carried over is told with its place', () => {
    const { leftOut } = one(
      'privileged: true\nnetwork_mode: host\ncontainer_name: w\ncap_add: [NET_ADMIN]\nread_only: false\nsecrets: [s]\nfoo: 1\nnetworks: {n: {aliases: [w]}}\nbuild: {context: ., ssh: [default], cache_from: [x]}\ndeploy: {resources: {}}',
    );
    expect(leftOut.map((line) => line.replace(/: [^:]*$/, ''))).toEqual([
      'compose.yaml:4 web: `privileged` is left out: a privileged container may do anything to its node',
      'compose.yaml:5 web: `network_mode` is left out',
      'compose.yaml:6 web: `container_name` is left out',
      'compose.yaml:7 web: `cap_add` is left out',
      'compose.yaml:9 web: s is not mounted, `secrets` has no s',
      'compose.yaml:10 web: `foo` is left out',
      'compose.yaml:11 web: the aliases w are left out',
      'compose.yaml:12 web: `build.ssh` is left out',
      'compose.yaml:13 web: `deploy.resources` is left out',
    ]);
  });

  test.each<[string, string, string, number]>([
    ['no YAML', 'services:\n  web: {image: a\n', 'not valid YAML', 3],
    ['a list', '- a\n', 'must be a map', 1],
    ['nothing', '', 'must be a map', 1],
    ['no services', 'version: "3"\n', 'no services', 1],
    ['a service of text', 'services:\n  web: nginx\n', 'services.web must be a map', 2],
    ['neither image nor build', 'services:\n  web:\n    command: x\n', 'neither image nor build', 2],
    ['a broken variable', 'services:\n  web:\n    image: "a:${TAG"\n', 'begins no variable', 3],
    [
      'an unknown service is extended',
      'services:\n  web:\n    extends: base\n    image: a\n',
      'extends "base", which is not there',
      3,
    ],
    ['a circle', 'services:\n  a:\n    extends: b\n  b:\n    extends: a\n', 'extends itself', 5],
    ['a key twice', 'services:\n  web:\n    image: a\n    image: b\n', 'there twice', 4],
  ])('%s is a failure with its place', (_, source, message, line) => {
    const { failures, sketches } = all(source);
    expect(failures[0]?.message).toContain(message);
    expect(failures[0]).toMatchObject({ code: 'COMPOSE_INVALID', at: { file: 'compose.yaml', line } });
    expect(sketches).toEqual([]);
  });

  test('line ends of Windows change nothing', () => {
    const source =
      'services:\n  web:\n    image: a\n    command: |\n      x y\n    environment:\n      - A=1\n';
    expect(read(source.replaceAll('\n', '\r\n')).sketches).toEqual(read(source).sketches);
  });
});

test('whatever the compose file, manifests of it parse, their names are valid, and the rest fits rockpool.yaml', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-zA-Z0-9._-]{1,70}$/),
    fc.string({ minLength: 1, maxLength: 8 }),
  );
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('yes', '${X:-1}', '0644', 'a b', 'curl -f http://localhost/x'),
  );
  const service = fc.record(
    {
      image: fc.constantFrom('postgres:17', 'redis', 'a/b:1', 'nginx', ''),
      build: fc.constantFrom('.', 'web', { context: '.', target: 'dev' }),
      ports: fc.array(fc.constantFrom('80', '8080:80', '53:53/udp', '3000-3002:3000-3002', { target: 81 })),
      expose: fc.array(fc.integer({ min: 1, max: 65_535 })),
      environment: fc.oneof(
        fc.dictionary(name, text),
        fc.array(fc.tuple(name, text).map((pair) => pair.join('='))),
      ),
      command: fc.oneof(text, fc.array(text)),
      volumes: fc.array(fc.tuple(name, fc.constantFrom('/a', '/b')).map((pair) => pair.join(':'))),
      healthcheck: fc.record({ test: fc.oneof(text, fc.array(text)) }),
      deploy: fc.record({ replicas: fc.integer({ min: 0, max: 5 }) }),
    },
    { requiredKeys: ['image'] },
  );
  fc.assert(
    fc.property(fc.dictionary(name, service, { minKeys: 1, maxKeys: 4 }), (services) => {
      const project = all(stringify({ services }));
      const files = writeManifests('shop', project.sketches);
      for (const { content, path } of files) {
        const { manifests, failures } = parseManifests(content, path);
        expect(failures).toEqual([]);
        for (const { manifest } of manifests)
          expect(manifest.metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/);
      }
      expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
      const images = project.images.map(({ sync, ...image }) => ({
        ...image,
        sync: sync.map(({ from, to }) => ({ from, to })),
      }));
      const parsed = configSchema.safeParse({ version: 1, images, forwards: project.forwards });
      expect(parsed.error?.issues ?? []).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('any text is a failure or a project, never a crash', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (source) => {
      const { failures, sketches } = all(source);
      expect(failures.length > 0 || sketches.length > 0 || source !== '').toBe(true);
    }),
  );
});
