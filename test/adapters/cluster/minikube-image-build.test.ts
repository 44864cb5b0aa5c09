import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DockerBuildMessage, DockerDaemon } from '../../../src/build/docker-daemon.ts';
import { createMinikubeImageBuild } from '../../../src/cluster/minikube-image-build.ts';

const live = new AbortController().signal;
const web = { ref: 'shop/web:rp-1', dockerfile: 'Dockerfile', args: {}, labels: {}, pulls: false };
const LISTED = '[{"id":"sha256:1","repoTags":["docker.io/shop/web:rp-1"]}]';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await mkdir(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A minikube that runs shell lines for each command, and writes down what it was asked. */
async function minikube(
  { build = '', list = `echo '${LISTED}'`, remove = '' }: { build?: string; list?: string; remove?: string },
  nodes = 1,
): Promise<DockerDaemon> {
  const program = `#!/bin/sh
echo "$*" >> ${folder}/calls
case "$1 $2" in
"image build") ${build || ':'} ;;
"image ls") ${list} ;;
"image rm") ${remove || ':'} ;;
esac
`;
  await writeFile(join(folder, 'minikube'), program);
  await chmod(join(folder, 'minikube'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const daemon = createMinikubeImageBuild({ profile: 'dev', builder: 'buildctl', nodes, env });
  onTestFinished(() => daemon.close());
  return daemon;
}

async function build(daemon: DockerDaemon, archive = Readable.from(['an archive'])) {
  const messages: DockerBuildMessage[] = [];
  for await (const message of daemon.build(archive, web, live)) messages.push(message);
  return messages;
}

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
const leftHere = () => readdir(join(folder, 'tmp'));

describe('a build', () => {
  test('hands minikube the archive, tells the steps and leaves nothing', async () => {
    const daemon = await minikube({
      build: `for last; do :; done; cp "$last" ${folder}/seen; echo '#1 [1/2] FROM busybox' >&2; echo '#1 DONE 0.1s' >&2`,
    });
    const messages = await build(daemon);
    expect(messages).toMatchObject([
      { status: { vertexes: [{ name: '[1/2] FROM busybox', completed: false }] } },
      { status: { vertexes: [{ name: '[1/2] FROM busybox', completed: true }] } },
      { imageId: 'sha256:1' },
    ]);
    expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('an archive');
    expect(await leftHere()).toEqual([]);
    expect((await calls()).filter((call) => call.startsWith('ssh'))).toEqual([]);
  });

  test('that failed in the node is an error although minikube ends with 0, and the node is tidied', async () => {
    const daemon = await minikube({ build: `echo 'error: failed to solve: no' >&2` }, 2);
    expect(await build(daemon)).toEqual([{ error: 'failed to solve: no' }]);
    const [, name = ''] = /rockpool-build-(\w+)\.tar/.exec((await calls())[0] ?? '') ?? [];
    const pattern = `rockpool-build-${name.slice(0, -1)}[${name.slice(-1)}]`;
    const tidied = (await calls()).filter((call) => call.startsWith('ssh')).sort();
    const command = `-- sudo pkill -f ${pattern}; sudo rm -rf /var/lib/minikube/build/${pattern}*`;
    expect(tidied).toEqual([`ssh -p dev ${command}`, `ssh -p dev -n m02 ${command}`].sort());
    expect(await leftHere()).toEqual([]);
  });

  test('that leaves no image fails with the last that was said', async () => {
    const daemon = await minikube({ build: 'echo one; echo two >&2', list: `echo '[]'` });
    await expect(build(daemon)).rejects.toMatchObject({
      failures: [
        {
          code: 'BUILD_FAILED',
          message: 'minikube image build ended without the image.',
          output: expect.stringMatching(/^(one\ntwo|two\none)$/),
        },
      ],
    });
  });

  test('of a minikube that fails itself is told with its exit code', async () => {
    const said = 'X Exiting due to GUEST_IMAGE_BUILD: Failed to build image: x';
    const daemon = await minikube({ build: `echo '${said}' >&2; exit 80`, list: `echo '[]'` });
    await expect(build(daemon)).rejects.toMatchObject({
      failures: [{ message: 'minikube image build ended with 80.', output: said }],
    });
  });

  test('that could not be made in one of several nodes has failed, and passes for built nowhere', async () => {
    const log = (level: string, text: string) =>
      `echo '${level}1126 03:12:27.123456    4242 build_images.go:133] ${text}' >&2`;
    const failing = [
      `echo '#1 [1/1] RUN a'; echo '#1 DONE 0.1s'`,
      log('I', 'Run: sudo buildctl --opt build-arg:TOKEN=hunter2'),
      log('W', 'Failed to build image for profile dev: build-arg:TOKEN=hunter2: no route to host'),
      log('I', 'failed building to: dev-m02'),
    ];
    const daemon = await minikube({ build: failing.join('; ') }, 2);
    const args = { TOKEN: 'hunter2' };
    const building = async () => {
      for await (const _ of daemon.build(Readable.from(['an archive']), { ...web, args }, live));
    };
    const error = await building().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      failures: [
        {
          code: 'BUILD_FAILED',
          message: 'minikube image build could not build in dev-m02.',
          output: expect.stringContaining('no route to host'),
        },
      ],
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(await calls()).toContain('image rm docker.io/shop/web:rp-1 -p dev');
  });

  test('prints what looks like an error and goes well', async () => {
    const daemon = await minikube({ build: `echo 'STEP 1/1: RUN a'; echo 'Error: no matter'` });
    expect((await build(daemon)).at(-1)).toEqual({ imageId: 'sha256:1' });
  });

  test('whose context cannot be read ends with the reason, before minikube is run', async () => {
    const daemon = await minikube({});
    const broken = new Readable({
      read() {
        this.destroy(new Error('a file was written meanwhile'));
      },
    });
    await expect(build(daemon, broken)).rejects.toThrow('a file was written meanwhile');
    await expect(calls()).rejects.toThrow('ENOENT');
    expect(await leftHere()).toEqual([]);
  });

  test('ends with all that it started when it is cancelled, and that is awaited', async () => {
    const daemon = await minikube({
      build: `sleep 1000 & echo $! > ${folder}/pid; echo '#1 [1/1] RUN a'; wait`,
    });
    const cancel = new AbortController();
    const building = (async () => {
      const archive = Readable.from(['an archive']);
      for await (const _ of daemon.build(archive, web, cancel.signal)) cancel.abort(new Error('newer'));
    })();
    await expect(building).rejects.toThrow('newer');
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    // who reaps it takes a moment
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
    expect(await leftHere()).toEqual([]);
    expect((await calls()).at(-1)).toMatch(/^ssh -p dev -- sudo pkill/);
  });
});

describe('the images of the nodes', () => {
  test('are known by any form of their names, and asked for once at a time', async () => {
    const daemon = await minikube({
      list: `echo '[{"id":"sha256:1","repoTags":["docker.io/library/busybox:latest"]},{"id":"","repoTags":["docker.io/a/b:1"]}]'`,
    });
    const refs = ['busybox', 'docker.io/busybox:latest', 'a/b:1', 'a/b:2', 'busybox@sha256:2'];
    const ids = await Promise.all(refs.map((ref) => daemon.imageId(ref, live)));
    expect(ids).toEqual(['sha256:1', 'sha256:1', 'docker.io/a/b:1', undefined, undefined]);
    expect(await calls()).toHaveLength(1);
  });

  test('are as after a build, not before it', async () => {
    const daemon = await minikube({
      list: `cat ${folder}/list`,
      build: `echo '${LISTED}' > ${folder}/list`,
    });
    await writeFile(join(folder, 'list'), '[]');
    expect(await daemon.imageId('shop/web:rp-1', live)).toBeUndefined();
    expect(await build(daemon)).toEqual([{ imageId: 'sha256:1' }]);
    expect(await daemon.imageId('shop/web:rp-1', live)).toBe('sha256:1');
  });

  test('cannot be told by a profile that is stopped: that passes by itself', async () => {
    const daemon = await minikube({ list: `echo 'host is not running'; exit 83` });
    await expect(daemon.imageId('busybox', live)).rejects.toMatchObject({
      failures: [{ code: 'DOCKER_UNREACHABLE', output: 'host is not running' }],
    });
  });

  test('the abort of one who waits for them leaves the others waiting', async () => {
    const daemon = await minikube({ list: `while ! [ -e ${folder}/go ]; do sleep 0.1; done; echo '[]'` });
    const cancel = new AbortController();
    const [one, other] = [daemon.imageId('a', cancel.signal), daemon.imageId('a', live)];
    cancel.abort(new Error('newer'));
    await expect(one).rejects.toThrow('newer');
    await writeFile(join(folder, 'go'), '');
    expect(await other).toBeUndefined();
  });

  test.each([
    ['deleted', LISTED, ':'],
    ['missing', '[]', ':'],
    ['kept', LISTED, 'exit 80'],
  ])('a name taken away: %s', async (outcome, list, remove) => {
    const daemon = await minikube({ list: `echo '${list}'`, remove });
    expect(await daemon.untag('shop/web:rp-1', live)).toBe(outcome);
  });
});
