import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBuildkitBuilder } from '../../../src/build/buildkit-builder.ts';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import { createFileHashes } from '../../../src/build/file-hashes.ts';
import type { ImageSpec } from '../../../src/build/image-spec.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { ImageBuilder } from '../../../src/session/ports.ts';
import { type DockerServer, recorded, startDockerServer } from './docker-server.ts';

const never = new AbortController().signal;
const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
};

let root: string;
let server: DockerServer;
let builder: ImageBuilder;
let images: ImageSpec[];
let events: EventBody[];
let close: () => void;

const spec = (name: string, more: Partial<ImageSpec> = {}): ImageSpec => {
  return {
    name,
    context: name,
    dockerfile: `${name}/Dockerfile`,
    args: {},
    secrets: {},
    ssh: [],
    contexts: {},
    ignore: [],
    ...more,
  };
};

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
}

function create(parallel?: number): ImageBuilder {
  const daemon = createDockerDaemon(server.address);
  close = daemon.close;
  const hashes = createFileHashes({ file: join(root, '.rockpool/hashes.json'), clock });
  return createBuildkitBuilder({
    daemon,
    images: () => images,
    root,
    app: 'shop',
    hashes,
    clock,
    ...(parallel ? { parallel } : {}),
  });
}

const build = (image = 'web', refs: Record<string, string> = {}, signal = never) =>
  builder.build({ image, generation: 3, refs }, (event) => events.push(event), signal);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rockpool-build-test-'));
  server = await startDockerServer();
  server.images.set('node:24', 'sha256:24');
  images = [spec('web'), spec('base')];
  events = [];
  builder = create();
  await put('web/Dockerfile', 'FROM node:24\nCOPY . /app\n');
  await put('web/index.html', '<p>one');
});

afterEach(async () => {
  close();
  await server.close();
  await rm(root, { recursive: true, force: true });
});

describe('an image', () => {
  test('is built under its content tag, labelled, and its steps are told', async () => {
    const { ref, skipped } = await build();
    expect(ref).toMatch(/^web:rp-[0-9a-f]{20}$/);
    expect(skipped).toBe(false);
    const [sent] = server.builds;
    expect(sent?.query.get('t')).toBe(ref);
    expect(JSON.parse(sent?.query.get('labels') ?? '')).toEqual({
      'rockpool.dev/app': 'shop',
      'rockpool.dev/image': 'web',
      'rockpool.dev/generation': '3',
    });
    expect([...(sent?.files.keys() ?? [])]).toEqual(['Dockerfile', 'index.html']);
    expect(events[0]).toEqual({ type: 'build.started', image: 'web', generation: 3, ref });
    const step = 'build: RUN echo compiling && cat index.html > out';
    expect(events).toContainEqual({
      type: 'build.progressed',
      image: 'web',
      generation: 3,
      step,
      index: 4,
      total: 4,
    });
  });

  test('that the daemon has is not built, and no build is told', async () => {
    const { ref } = await build();
    server.images.set(ref, 'sha256:1');
    events = [];
    expect(await build()).toEqual({ ref, skipped: true });
    expect([server.builds.length, events]).toEqual([1, []]);
  });

  test('that was changed and changed back has its first tag again', async () => {
    const first = await build();
    await put('web/index.html', '<p>two');
    const second = await build();
    await put('web/index.html', '<p>one');
    expect([second.ref === first.ref, (await build()).ref === first.ref]).toEqual([false, true]);
  });

  test('is another one when an argument, a mode, a link, or what its base is changes', async () => {
    const refs = [await build()];
    images = [spec('web', { args: { A: '1' } })];
    refs.push(await build());
    await chmod(join(root, 'web/index.html'), 0o755);
    refs.push(await build());
    await symlink('index.html', join(root, 'web/link'));
    refs.push(await build());
    server.images.set('node:24', 'sha256:25');
    refs.push(await build());
    expect(new Set(refs.map(({ ref }) => ref)).size).toBe(5);
  });

  test('does not change with what git and rockpool write beside the sources', async () => {
    images = [spec('web', { context: '.' })];
    const first = await build();
    await put('.git/index', 'other');
    await put('.rockpool/events.jsonl', 'other');
    expect((await build()).ref).toBe(first.ref);
    const sent = [...(server.builds[1]?.files.keys() ?? [])];
    expect([sent.includes('.git/index'), sent.some((path) => path.startsWith('.rockpool/'))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('the Dockerfile that is sent', () => {
  test('that it is built on and that somebody deleted are told, and the build gives way to theirs', async () => {
    await put('web/Dockerfile', 'FROM base\nCOPY . /app\n');
    const stop = new AbortController();
    const emit = (event: EventBody) => {
      events.push(event);
      if (event.type === 'image.gone') stop.abort(new Error('base is built first'));
    };
    const request = { image: 'web', generation: 3, refs: { base: 'base:rp-1' } };
    await expect(builder.build(request, emit, stop.signal)).rejects.toThrow('base is built first');
    expect(events).toEqual([{ type: 'image.gone', image: 'base', ref: 'base:rp-1' }]);
    expect(server.builds).toEqual([]);

    // It is gone again at once: the build then fails, or not, by itself.
    await builder.build(request, emit, never);
    expect(events.slice(1).some(({ type }) => type === 'image.gone')).toBe(false);
    expect(server.builds).toHaveLength(1);
  });

  test('names images of the project by the refs of this build, line for line', async () => {
    await put('web/Dockerfile', 'FROM base:dev AS x\nCOPY --from=base /a /b\n');
    await build('web', { base: 'base:rp-1' });
    const sent = server.builds[0]?.files.get('Dockerfile')?.text;
    expect(sent).toBe('FROM base:rp-1 AS x\nCOPY --from=base:rp-1 /a /b\n');
  });

  test('cannot name one that is not built', async () => {
    await put('web/Dockerfile', 'FROM node:24\nCOPY --from=base /a /b\n');
    await expect(build()).rejects.toMatchObject({
      failures: [{ code: 'BASE_NOT_BUILT', at: { file: 'web/Dockerfile', line: 2 } }],
    });
  });

  test('comes along from outside of the context', async () => {
    await put('docker/web.Dockerfile', 'FROM scratch\n');
    images = [spec('web', { dockerfile: 'docker/web.Dockerfile' })];
    await build();
    const [sent] = server.builds;
    expect(sent?.files.get(sent.query.get('dockerfile') ?? '')?.text).toBe('FROM scratch\n');
  });

  test('leaves the stable frontend to the daemon, and asks for it only when that does not understand', async () => {
    await put('web/Dockerfile', '# syntax=docker/dockerfile:1\nFROM node:24\n');
    server.answer = async (sent, response) => {
      const asWritten = sent.files.get('Dockerfile')?.text.startsWith('# syntax');
      if (asWritten) return recorded('built')(sent, response);
      const message = 'dockerfile parse error on line 2: unknown flag: --new';
      response.writeHead(200).end(`${JSON.stringify({ errorDetail: { message } })}\n`);
    };
    await build();
    const sent = server.builds.map(({ files }) => files.get('Dockerfile')?.text);
    expect(sent).toEqual(['#\nFROM node:24\n', '# syntax=docker/dockerfile:1\nFROM node:24\n']);
  });
});

describe('a session, over which BuildKit asks for logins,', () => {
  test('is opened only when something comes from a registry', async () => {
    await build();
    expect(server.requests).not.toContain('POST /session');
    server.images.clear();
    await build();
    expect(server.requests).toContain('POST /session');
  });

  test('ends with its build, also when that is cut off', async () => {
    server.images.clear();
    const stop = new AbortController();
    const open: number[] = [];
    server.answer = () => {
      open.push(server.sessions.size);
      stop.abort(new Error('superseded'));
    };
    await expect(build('web', {}, stop.signal)).rejects.toThrow('superseded');
    expect(open).toEqual([1]);
    while (server.sessions.size > 0) await sleep(5);
  });
});

describe('a failed build', () => {
  test('shows the step, its line and its output', async () => {
    server.images.set('busybox:1', 'sha256:1');
    await put(
      'web/Dockerfile',
      'FROM busybox:1\n\nRUN echo one && \\\n  echo "two: cannot open" >&2 && \\\n  exit 3\n',
    );
    server.answer = recorded('step-failed');
    await expect(build()).rejects.toMatchObject({
      failures: [
        {
          code: 'BUILD_FAILED',
          subject: 'image/web',
          message: expect.stringContaining('ended with exit code 3.'),
          output: expect.stringContaining('two: cannot open'),
          at: { file: 'web/Dockerfile', line: 3 },
        },
      ],
    });
  });

  test('says which line of .dockerignore leaves a file out', async () => {
    server.images.set('busybox:1', 'sha256:1');
    await put('web/Dockerfile', 'FROM busybox:1\nCOPY package.json /app/\n');
    await put('web/.dockerignore', '# nothing else\n*.json\n');
    server.answer = recorded('copy-failed');
    await expect(build()).rejects.toMatchObject({
      failures: [{ hint: 'web/.dockerignore:2 leaves it out.', at: { line: 2 } }],
    });
  });

  test.each([
    ['DOCKERFILE_MISSING', { dockerfile: 'web/Nope' }, 'web/Nope'],
    ['CONTEXT_MISSING', { context: 'nope', dockerfile: 'web/Dockerfile' }, '/nope'],
  ])('%s names the path that was tried', async (code, more, path) => {
    images = [spec('web', more)];
    await expect(build()).rejects.toMatchObject({
      failures: [{ code, subject: 'image/web', message: expect.stringContaining(path) }],
    });
    expect(server.builds).toEqual([]);
  });
});

describe('a file that is saved while it is sent', () => {
  test('is taken as it is in the end: the tag always fits the content', async () => {
    let saved = 0;
    server.answer = async (sent, response) => {
      if (saved > 0) return recorded('built')(sent, response);
      response.writeHead(200).end();
    };
    // Listing asks the daemon for the base at the same time: the save falls between listing and sending.
    const { imageId, ...rest } = createDockerDaemon(server.address);
    const daemon = {
      ...rest,
      async imageId(ref: string, signal: AbortSignal) {
        if (ref.startsWith('web:rp-') && saved++ === 0) await put('web/index.html', '<p>two, and longer');
        return imageId(ref, signal);
      },
    };
    const hashes = createFileHashes({ file: join(root, '.rockpool/hashes.json'), clock });
    builder = createBuildkitBuilder({ daemon, images: () => images, root, app: 'shop', hashes, clock });
    const { ref } = await build();
    const last = server.builds.at(-1);
    expect(last?.query.get('t')).toBe(ref);
    expect(last?.files.get('index.html')?.text).toBe('<p>two, and longer');
    rest.close();
  });
});

describe('several builds', () => {
  const release: (() => void)[] = [];
  const held = () => {
    server.answer = async (sent, response) => {
      await new Promise<void>((resolve) => release.push(resolve));
      await recorded('built')(sent, response);
    };
  };
  const until = async (count: number) => {
    while (release.length < count) await sleep(5);
  };

  test('run at once, but no more than the limit', async () => {
    close();
    builder = create(1);
    await put('base/Dockerfile', 'FROM scratch\n');
    held();
    const both = [build('web'), build('base')];
    await until(1);
    expect(server.builds).toHaveLength(1);
    release.shift()?.();
    await until(1);
    release.shift()?.();
    await Promise.all(both);
    expect(server.builds).toHaveLength(2);
  });

  test('one that waits for its turn ends at once when it is superseded', async () => {
    close();
    builder = create(1);
    await put('base/Dockerfile', 'FROM scratch\n');
    held();
    const first = build('web');
    await until(1);
    const stop = new AbortController();
    const second = build('base', {}, stop.signal);
    stop.abort(new Error('superseded'));
    await expect(second).rejects.toThrow('superseded');
    release.shift()?.();
    await first;
    expect(server.builds).toHaveLength(1);
  });
});

describe('what only buildx can do', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });

  /** A `docker` that writes down what it is asked and answers as buildx does. */
  async function installDocker(lines: readonly string[], exitCode: number): Promise<void> {
    await put(
      'bin/docker',
      `#!/bin/sh
[ "$2" = version ] && exit 0
printf '%s\\n' "$@" > "${root}/arguments"
env > "${root}/environment"
cat "\${0%/*}/../answer" >&2
exit ${exitCode}
`,
    );
    await put('answer', `${lines.join('\n')}\n`);
    await chmod(join(root, 'bin/docker'), 0o755);
    process.env['PATH'] = `${join(root, 'bin')}${delimiter}${path}`;
  }

  const vertex = { digest: 'd', name: '[2/2] RUN npm ci', started: '2026-01-01T00:00:00Z' };
  const secret = () => [
    spec('web', { secrets: { npmrc: '/home/me/.npmrc' }, args: { TOKEN: 'hidden', PATH: '/x' } }),
  ];

  test('is asked of it: secrets, and arguments that no process list shows', async () => {
    await installDocker([JSON.stringify({ vertexes: [vertex] })], 0);
    images = secret();
    const { ref } = await build();
    const args = (await readFile(join(root, 'arguments'), 'utf8')).split('\n');
    expect(args).toEqual(
      expect.arrayContaining(['--tag', ref, '--secret', 'id=npmrc,src=/home/me/.npmrc', 'TOKEN', 'PATH=/x']),
    );
    expect(args.join(' ')).not.toContain('hidden');
    const environment = await readFile(join(root, 'environment'), 'utf8');
    expect(environment).toContain('TOKEN=hidden');
    const address = server.address as { port: number };
    expect(environment).toContain(`DOCKER_HOST=tcp://127.0.0.1:${address.port}`);
    expect(events.at(-1)).toMatchObject({ type: 'build.progressed', step: 'RUN npm ci', index: 2, total: 2 });
    expect(server.builds).toEqual([]);
  });

  test('fails with the same words', async () => {
    const error = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1';
    const output = { vertex: 'd', data: Buffer.from('npm ERR!\n').toString('base64') };
    await installDocker(
      [
        JSON.stringify({ vertexes: [vertex], logs: [output] }),
        JSON.stringify({ vertexes: [{ ...vertex, completed: '2026-01-01T00:00:01Z', error }] }),
        `ERROR: failed to build: failed to solve: ${error}`,
      ],
      1,
    );
    images = secret();
    await expect(build()).rejects.toMatchObject({
      failures: [{ code: 'BUILD_FAILED', message: 'RUN npm ci ended with exit code 1.', output: 'npm ERR!' }],
    });
  });

  test('is refused in words where there is no buildx', async () => {
    process.env['PATH'] = join(root, 'nothing');
    images = secret();
    await expect(build()).rejects.toMatchObject({
      failures: [{ code: 'BUILDER_MISSING', message: expect.stringContaining('it uses secrets') }],
    });
  });
});
