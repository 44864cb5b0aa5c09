import { once } from 'node:events';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTraceDecoder } from '../../../src/build/build-trace.ts';
import type { DockerBuild, DockerBuildMessage, DockerDaemon } from '../../../src/build/docker-daemon.ts';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import { type DockerServer, recorded, startDockerServer } from './docker-server.ts';

let server: DockerServer;
let daemon: DockerDaemon;
const never = new AbortController().signal;

beforeEach(async () => {
  server = await startDockerServer();
  daemon = createDockerDaemon(server.address);
});

afterEach(async () => {
  daemon.close();
  await server.close();
});

const request: DockerBuild = {
  ref: 'shop/web:rp-1',
  dockerfile: 'Dockerfile',
  target: 'dev',
  args: { A: 'b c' },
  labels: { 'rockpool.dev/image': 'shop/web' },
  pulls: false,
};

/** An archive with nothing in it. */
const archive = () => Readable.from([Buffer.alloc(1024)]);

async function messages(
  signal = never,
  from = archive(),
  onMessage = () => {},
): Promise<DockerBuildMessage[]> {
  const all: DockerBuildMessage[] = [];
  for await (const message of daemon.build(from, request, signal)) {
    all.push(message);
    onMessage();
  }
  return all;
}

describe('an image', () => {
  test('has an ID, or is not there', async () => {
    server.images.set('node:24', 'sha256:1');
    expect(await daemon.imageId('node:24', never)).toBe('sha256:1');
    expect(await daemon.imageId('registry.test:5000/a/b:1', never)).toBeUndefined();
  });

  test('has an ID without a history too', async () => {
    server.images.set('node:24', 'sha256:1');
    server.history = () => [];
    expect(await daemon.imageId('node:24', never)).toBe('sha256:1');
  });

  test('goes with its last name, unless a container was made from it', async () => {
    const common = { Labels: null, Created: 1, Size: 3, SharedSize: 1 };
    server.listed.push({ Id: 'sha256:1', RepoTags: ['shop/web:1', 'shop/web:2'], ...common });
    server.listed.push({ Id: 'sha256:2', RepoTags: ['shop/web:3'], ...common });
    server.running.push('sha256:2');
    expect(await daemon.untag('shop/web:1', never)).toBe('untagged');
    expect(await daemon.untag('shop/web:2', never)).toBe('deleted');
    expect(await daemon.untag('shop/web:2', never)).toBe('missing');
    expect(await daemon.untag('shop/web:3', never)).toBe('kept');
    expect(server.queries).toEqual(Array(4).fill('?noprune=true'));
  });

  test('is listed with its names, what only it takes, and whether a container was made from it', async () => {
    const image = { RepoTags: [], Labels: { a: 'b' }, Created: 7, Size: 50, SharedSize: 20 };
    const names = { RepoTags: ['web:1', 'web:1'], RepoDigests: ['web@sha256:9'] };
    const unpacked = [{ ImageData: { Size: { Unpacked: 32 } } }, { ImageData: null }, {}];
    server.listed.push(
      { ...image, ...names, Id: 'sha256:1' },
      { ...image, Id: 'sha256:2', SharedSize: -1 },
      { ...image, Id: 'sha256:3', Manifests: unpacked },
      { ...image, Id: 'sha256:4', Labels: { a: 'c' } },
      { ...image, Id: 'sha256:5', Labels: null },
    );
    server.running.push('sha256:2');
    const common = { names: [], labels: { a: 'b' }, createdAt: 7000, inUse: false };
    expect(await daemon.images('a=b', never)).toEqual([
      { ...common, id: 'sha256:1', names: ['web:1', 'web@sha256:9'], bytes: 30 },
      { ...common, id: 'sha256:2', bytes: 50, inUse: true },
      { ...common, id: 'sha256:3', bytes: 12 },
    ]);
    expect(server.queries).toEqual(['?shared-size=true&manifests=true', '?all=true']);
  });
});

describe('a build', () => {
  test('is asked for with BuildKit and all its settings', async () => {
    await messages();
    const query = Object.fromEntries(server.builds[0]!.query);
    expect(query).toMatchObject({
      t: 'shop/web:rp-1',
      version: '2',
      dockerfile: 'Dockerfile',
      target: 'dev',
    });
    expect(JSON.parse(query['buildargs'] ?? '')).toEqual({ A: 'b c' });
    expect(JSON.parse(query['labels'] ?? '')).toEqual({ 'rockpool.dev/image': 'shop/web' });
  });

  test('tells its steps and their output, and ends with the image', async () => {
    const decode = await createTraceDecoder();
    const all = await messages();
    const statuses = all.flatMap((message) => ('trace' in message ? [decode(message.trace)] : []));
    const names = statuses.flatMap(({ vertexes }) => vertexes.map(({ name }) => name));
    expect(names).toContain('[build 4/4] RUN echo compiling && cat index.html > out');
    const output = statuses.flatMap(({ logs }) => logs.map(({ text }) => Buffer.from(text).toString()));
    expect(output.join('')).toBe('compiling\n');
    expect(all.at(-1)).toEqual({ imageId: expect.stringMatching(/^sha256:/) });
  });

  test('that fails ends with BuildKit’s error', async () => {
    server.answer = recorded('copy-failed');
    expect((await messages()).at(-1)).toEqual({
      error: expect.stringContaining('"/package.json": not found'),
    });
  });

  test('that is refused ends with what the daemon says', async () => {
    server.answer = (_build, response) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"message":"invalid reference format"}');
    };
    expect(await messages()).toEqual([{ error: 'invalid reference format' }]);
  });

  test('whose archive breaks is cut off, and fails with the archive’s error', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1024);
        throw new Error('a file changed');
      })(),
    );
    await expect(messages(never, broken)).rejects.toThrow('a file changed');
  });

  test('whose connection breaks is no success', async () => {
    server.answer = (_build, response) => {
      response.writeHead(200).write('{"id":"moby.buildkit.trace","aux":""}\n', () => response.destroy());
    };
    await expect(messages()).rejects.toMatchObject({ failures: [{ code: 'DOCKER_UNREACHABLE' }] });
  });
});

describe('a superseded build', () => {
  test('is cancelled in the daemon, and its end there is waited for', async () => {
    const stop = new AbortController();
    const order: string[] = [];
    server.answer = async (build, response) => {
      response.writeHead(200).write('{"id":"moby.buildkit.trace","aux":""}\n');
      while (!server.cancelled.includes(build.query.get('buildid') ?? '')) await setImmediate();
      order.push('ended in the daemon');
      response.end('{"errorDetail":{"message":"context canceled"},"error":"context canceled"}\n');
    };
    const superseded = messages(stop.signal, archive(), () => stop.abort(new Error('superseded')));
    await expect(superseded).rejects.toThrow('superseded');
    expect(order).toEqual(['ended in the daemon']);
  });

  test('that the daemon has not answered yet is cut off', async () => {
    const stop = new AbortController();
    const closed = Promise.withResolvers<void>();
    server.answer = (_build, response) => {
      response.once('close', () => closed.resolve());
      stop.abort(new Error('superseded'));
    };
    await expect(messages(stop.signal)).rejects.toThrow('superseded');
    await closed.promise;
  });

  test('is not begun when it was superseded before', async () => {
    await expect(messages(AbortSignal.abort(new Error('superseded')))).rejects.toThrow('superseded');
    expect(server.requests).toEqual([]);
  });
});

test('a daemon that is not there is named, with what to do', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as { port: number };
  gone.close();
  await once(gone, 'close');
  const nobody = createDockerDaemon({ protocol: 'http', host: '127.0.0.1', port });
  await expect(nobody.imageId('a', never)).rejects.toMatchObject({
    failures: [
      {
        code: 'DOCKER_UNREACHABLE',
        message: expect.stringContaining(`127.0.0.1:${port}`),
        hint: expect.any(String),
      },
    ],
  });
});

test('the environment’s daemon is not taken for the one that was asked for', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    DOCKER_HOST: 'tcp://127.0.0.1:9',
    DOCKER_CERT_PATH: '/nowhere',
    DOCKER_TLS_VERIFY: '1',
  });
  try {
    server.images.set('a', 'sha256:1');
    const other = createDockerDaemon(server.address);
    expect(await other.imageId('a', never)).toBe('sha256:1');
    other.close();
    expect(process.env['DOCKER_HOST']).toBe('tcp://127.0.0.1:9');
  } finally {
    process.env = before;
  }
});
