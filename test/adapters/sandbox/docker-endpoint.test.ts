import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import { readDaemonVersion } from '../../../src/build/dockerode-version.ts';
import type { BuildWarning } from '../../../src/sandbox/docker/build-routes.ts';
import { createFileImageStore } from '../../../src/sandbox/docker/file-image-store.ts';
import { startDockerEndpoint } from '../../../src/sandbox/docker/start-docker-endpoint.ts';
import { type DockerProject, startDockerProject } from './docker-project.ts';

const never = new AbortController().signal;
let project: DockerProject;

afterEach(async () => {
  await project.close();
});

/** An answer of the endpoint to a plain request. */
async function ask(method: string, path: string): Promise<{ status: number; body: string }> {
  const sent = request({ socketPath: project.endpoint.socketPath, method, path }).end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body };
}

const PATIENCE = { timeout: 20_000, interval: 5 };

/** The numbers that a step of a build writes into a file, one line. */
function writes(file: string): Promise<number[]> {
  return vi.waitFor(async () => {
    const text = await readFile(file, 'utf8');
    if (!text.endsWith('\n')) throw new Error(`${file} is not whole yet`);
    return text.trim().split(' ').map(Number);
  }, PATIENCE);
}

function ends(pid: number): Promise<void> {
  return vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), PATIENCE);
}

describe('the endpoint', () => {
  test('is its owner’s alone, says what it is, and goes with its end', async () => {
    project = await startDockerProject();
    const { socketPath } = project.endpoint;
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    const version = await readDaemonVersion({ socketPath }, never);
    expect(version).toMatchObject({
      version: 'rockpool sandbox',
      platform: expect.stringMatching(/^linux\//),
    });
    expect((await ask('GET', '/_ping')).body).toBe('OK');
    expect((await ask('GET', '/v1.41/info')).body).toContain('No isolation');
    await project.endpoint.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  test.each([
    ['POST', '/containers/create'],
    ['GET', '/events'],
    ['POST', '/images/create?fromSrc=-'],
    ['GET', '/images/a/get'],
    ['POST', '/build?version=1'],
    ['POST', '/build?version=2&remote=https://x.test/y'],
  ])('%s %s is refused in a sentence', async (method, path) => {
    project = await startDockerProject();
    const { status, body } = await ask(method, path);
    expect(status).toBe(501);
    expect(JSON.parse(body).message).toMatch(/^The sandbox (has no|builds) .*\.$/);
  });

  test('listens elsewhere when the path of its folder is too long for a socket', async () => {
    project = await startDockerProject();
    const dir = join(project.root, 'a'.repeat(120));
    const images = createFileImageStore(dir);
    const other = await startDockerEndpoint({ dir, images, clock: { now: () => 0 } });
    expect(Buffer.byteLength(other.socketPath)).toBeLessThan(104);
    const daemon = createDockerDaemon({ socketPath: other.socketPath });
    expect(await daemon.imageId('alpine', never)).toMatch(/^sha256:/);
    daemon.close();
    await other.close();
  });

  test('opens the session that a build with a pull asks for', async () => {
    project = await startDockerProject();
    await project.put('web/Dockerfile', 'FROM corp/unknown\n');
    // A base that is not there counts as one to pull: dockerode then opens a session.
    expect((await project.failure()).message).toContain('the sandbox has no such image');
  });

  test('names and deletes images', async () => {
    project = await startDockerProject();
    await project.put('web/Dockerfile', 'FROM alpine\nENV A=1\nEXPOSE 80\nCMD ["a"]\n');
    const image = await project.build();
    expect((await ask('POST', `/images/${image.id}/tag?repo=shop/other&tag=2`)).status).toBe(201);
    const { body } = await ask('GET', '/images/shop/other:2/json');
    expect(JSON.parse(body)).toMatchObject({
      Id: image.id,
      RepoTags: [image.refs[0], 'shop/other:2'],
      Config: { Cmd: ['a'], Entrypoint: null, ExposedPorts: { '80/tcp': {} } },
    });
    expect(await project.daemon.untag('shop/other:2', never)).toBe('untagged');
    expect(await project.daemon.untag(image.refs[0]!, never)).toBe('deleted');
    expect((await ask('GET', '/images/shop/other:2/json')).status).toBe(404);
    expect((await ask('POST', '/images/nope/tag?repo=a')).status).toBe(404);
  });

  test('has its images again after a new start', async () => {
    project = await startDockerProject();
    await project.put('web/Dockerfile', 'FROM alpine\nRUN echo kept > /file\n');
    const image = await project.build();
    expect(createFileImageStore(project.dir).list()).toEqual([{ ...image, createdAt: expect.any(Number) }]);
    expect(await project.read(image, 'file')).toBe('kept\n');
  });
});

describe('a base image', () => {
  /** A program on PATH that says a version. */
  async function withProgram(name: string, version: string, script = ''): Promise<void> {
    project = await startDockerProject();
    const bin = join(project.root, 'bin');
    await project.put(`bin/${name}`, `#!/bin/sh\n${script}\necho "${version} $*"\n`, 0o755);
    await project.endpoint.close();
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    const { dir, images } = project;
    Object.assign(project, {
      endpoint: await startDockerEndpoint({ dir, images, clock: { now: () => 0 }, env }),
    });
  }

  test('is the program of this machine, with another ID for another version', async () => {
    await withProgram('ruby', 'ruby 3.3.1p1');
    await project.put('web/Dockerfile', 'FROM ruby:3.3\nRUN ruby x > /out\n');
    const before = await project.daemon.imageId('ruby:3.3', never);
    expect(await project.read(await project.build(), 'out')).toBe('ruby 3.3.1p1 x\n');
    await project.put('bin/ruby', '#!/bin/sh\necho "ruby 3.3.2 $*"\n', 0o755);
    expect(await project.daemon.imageId('ruby:3.3', never)).not.toBe(before);
    expect(await project.read(await project.build(), 'out')).toBe('ruby 3.3.2 x\n');
  });

  test('is put into the store when a pod names it, anew with each start', async () => {
    project = await startDockerProject();
    const image = await project.endpoint.pull('node:24', never);
    expect(image).toMatchObject({ refs: ['node:24'], cmd: ['node'], workingDir: '/' });
    expect(project.images.find('docker.io/library/node:24')).toEqual(image);
    expect(await project.read(image, 'usr/local/bin/node')).toContain(process.execPath);
    const refused = project.endpoint.pull('nginx', never);
    await expect(refused).rejects.toThrow('docker.io/library/nginx:latest: the sandbox has no such image');
    expect((await ask('POST', '/images/create?fromImage=alpine&tag=3')).status).toBe(200);
    expect((await ask('POST', '/images/create?fromImage=corp/x&tag=3')).status).toBe(404);
    expect(project.images.list().flatMap(({ refs }) => refs)).toEqual(['node:24', 'alpine:3']);
    await project.endpoint.close();
    const { dir, images } = project;
    Object.assign(project, { endpoint: await startDockerEndpoint({ dir, images, clock: { now: () => 0 } }) });
    expect(images.list()).toEqual([]);
  });

  test('of Python is the one behind a program that looks it up, and its pip keeps out of this machine', async () => {
    await withProgram('python3', 'Python 3.13.1', '[ "$1" = -c ] && { echo "${0%3}-real"; exit; }');
    await project.put('bin/python-real', '#!/bin/sh\necho "real $* $PIP_TARGET"\n', 0o755);
    await project.put(
      'web/Dockerfile',
      'FROM python:3.13-slim\nRUN pip install x > /out; python y >> /out\n',
    );
    const image = await project.build();
    const [pip, python] = (await project.read(image, 'out')).split('\n');
    expect(pip).toMatch(/^real -m pip install x \/.*\/files\/usr\/local\/lib\/python\/site-packages$/);
    expect(python).toMatch(/^real y /);
    expect(image.env).toContain('PYTHONPATH=/usr/local/lib/python/site-packages');
  });

  test('of another version, and packages that are passed over, are told once, with the line', async () => {
    const warnings: BuildWarning[] = [];
    project = await startDockerProject({ onWarning: (warning) => warnings.push(warning) });
    const install = 'RUN apt-get update && apt-get install -y tini ca-certificates && chown x /root';
    await project.put('web/Dockerfile', `# app\nFROM node:18\n${install}\nCOPY a /a\n`);
    await project.put('web/a', '1');
    const [ref] = (await project.build()).refs;
    await project.put('web/a', '2');
    await project.build();
    expect(warnings).toEqual([
      { ref, line: 2, text: `node:18 is this machine’s node ${process.versions.node} in the sandbox` },
      { ref, line: 3, text: 'apt-get: tini is a script in the sandbox that only starts its command' },
      { ref, line: 3, text: expect.stringMatching(/^chown has no effect in the sandbox/) },
    ]);
  });
});

describe('a build that is stopped', () => {
  /** A build whose step runs for ever, with processes of its own. */
  async function startEndless(start: Promise<DockerProject>): Promise<{ file: string }> {
    project = await start;
    const file = join(project.root, 'pids');
    await project.put('web/run.sh', `sleep 1000 & echo $$ $! > ${file}; wait`);
    await project.put('web/Dockerfile', 'FROM alpine\nCOPY run.sh /run.sh\nRUN sh /run.sh\n');
    return { file };
  }

  test('ends with all of its processes before its end is told', async () => {
    const { file } = await startEndless(startDockerProject());
    const stop = new AbortController();
    const building = project.build('web', stop.signal);
    building.catch(() => {});
    const pids = await writes(file);
    stop.abort(new Error('superseded'));
    await expect(building).rejects.toThrow('superseded');
    for (const pid of pids) await ends(pid);
    expect(project.images.list()).toEqual([]);
  });

  test('by the end of the endpoint ends with it', async () => {
    const { file } = await startEndless(startDockerProject());
    const building = project.build();
    building.catch(() => {});
    const pids = await writes(file);
    await project.endpoint.close();
    await expect(building).rejects.toThrow();
    for (const pid of pids) await ends(pid);
  });

  test('by a kill of the whole program leaves no process', async () => {
    const { file } = await startEndless(startDockerProject());
    const script = new URL('../../fixtures/sandbox/docker-build.ts', import.meta.url).pathname;
    const program = spawn(process.execPath, [script, project.root], { stdio: 'inherit' });
    const pids = await writes(file);
    const exit = once(program, 'exit');
    program.kill('SIGKILL');
    await exit;
    for (const pid of pids) await ends(pid);
  });

  test('or fails on purpose does so for the tests of others', async () => {
    const faults: ((signal: AbortSignal) => Promise<void>)[] = [
      async () => Promise.reject(new Error('the disk is on fire')),
      (signal) => sleep(1_000_000, undefined, { signal }),
    ];
    project = await startDockerProject({
      fault: (_, signal) => faults.shift()?.(signal) ?? Promise.resolve(),
    });
    await project.put('web/Dockerfile', 'FROM alpine\n');
    expect((await project.failure()).message).toContain('the disk is on fire');
    const stop = new AbortController();
    const slow = project.build('web', stop.signal);
    slow.catch(() => {});
    await vi.waitFor(() => expect(faults).toEqual([]), PATIENCE);
    stop.abort(new Error('superseded'));
    await expect(slow).rejects.toThrow('superseded');
    expect(await project.build()).toMatchObject({ refs: [expect.stringMatching(/^web:/)] });
  });
});

test('docker’s own command line is answered, where there is one', async ({ skip }) => {
  project = await startDockerProject();
  const run = promisify(execFile);
  const docker = async (...args: string[]) => {
    const env = { ...process.env, DOCKER_HOST: `unix://${project.endpoint.socketPath}` };
    return (await run('docker', args, { env })).stdout.trim();
  };
  const there = await run('docker', ['--version']).catch(() => undefined);
  if (!there) skip('there is no docker command');
  await project.put('web/Dockerfile', 'FROM alpine\n');
  const image = await project.build();
  expect(await docker('version', '--format', '{{.Server.Version}}')).toBe('rockpool sandbox');
  expect(await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).toBe(image.refs[0]);
  await docker('tag', image.refs[0]!, 'mine:1');
  expect(await docker('image', 'rm', 'mine:1')).toBe('Untagged: mine:1');
  await expect(docker('run', image.refs[0]!)).rejects.toThrow('The sandbox has no POST /containers/create');
});
