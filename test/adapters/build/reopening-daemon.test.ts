import { Readable } from 'node:stream';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { DockerDaemon } from '../../../src/build/docker-daemon.ts';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import { createReopeningDaemon } from '../../../src/build/reopening-daemon.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { type DockerServer, startDockerServer } from './docker-server.ts';

const live = new AbortController().signal;
const unreachable = { failures: [{ code: 'DOCKER_UNREACHABLE' }] };
const web = { ref: 'web:1', dockerfile: 'Dockerfile', args: {}, labels: {}, pulls: false };

let first: DockerServer;
let second: DockerServer;
let daemon: DockerDaemon;
let asked: number;
let now: number;
let answer: () => Promise<DockerDaemon>;

beforeEach(async () => {
  [first, second] = await Promise.all([startDockerServer(), startDockerServer()]);
  first.images.set('web:1', 'sha256:1');
  second.images.set('web:1', 'sha256:2');
  asked = 0;
  now = 0;
  answer = async () => createDockerDaemon(second.address);
  daemon = createReopeningDaemon({
    first: createDockerDaemon(first.address),
    reopen: () => {
      asked += 1;
      return answer();
    },
    now: () => now,
  });
  onTestFinished(async () => {
    daemon.close();
    await Promise.allSettled([first.close(), second.close()]);
  });
});

describe('the daemon of a cluster', () => {
  test('is not asked for while it answers', async () => {
    await expect(daemon.imageId('web:1', live)).resolves.toBe('sha256:1');
    await expect(daemon.imageId('other:1', live)).resolves.toBeUndefined();
    expect(asked).toBe(0);
    expect(daemon.address).toBe(first.address);
  });

  test('that moved is found with the call after the one that failed', async () => {
    await first.close();
    await expect(daemon.imageId('web:1', live)).rejects.toMatchObject(unreachable);
    await expect(daemon.imageId('web:1', live)).resolves.toBe('sha256:2');
    expect(daemon.address).toBe(second.address);
    await expect(daemon.untag('web:1', live)).resolves.toBe('untagged');
    expect(asked).toBe(1);
  });

  test('is looked for after a build that broke off', async () => {
    first.answer = (_, response) => void response.write('{}\n', () => response.socket?.destroy());
    const building = (async () => {
      for await (const _ of daemon.build(Readable.from([]), web, live));
    })();
    await expect(building).rejects.toMatchObject({
      failures: [
        {
          code: 'DOCKER_UNREACHABLE',
          message: expect.stringContaining('does not answer any more: it broke off'),
        },
      ],
    });
    await daemon.imageId('web:1', live);
    expect(asked).toBe(1);
  });

  test('is asked for no oftener than every 10 s', async () => {
    answer = async () => createDockerDaemon(first.address);
    await first.close();
    for (let time = 0; time < 6; time += 1) {
      await expect(daemon.imageId('web:1', live)).rejects.toMatchObject(unreachable);
      now += 3000;
    }
    expect(asked).toBe(2);
  });

  test('that nobody can name is unreachable for the reason given, which may pass', async () => {
    await first.close();
    await daemon.imageId('web:1', live).catch(() => {});
    const message = 'The minikube profile minikube is stopped.';
    const stopped = new RockpoolError({ code: 'MINIKUBE_STOPPED', subject: 'context/minikube', message });
    answer = () => Promise.reject(stopped);
    await expect(daemon.imageId('web:1', live)).rejects.toMatchObject({
      failures: [{ code: 'DOCKER_UNREACHABLE', subject: 'docker', message }],
    });
  });

  test('is no more asked for when the signal fires', async () => {
    await first.close();
    await daemon.imageId('web:1', live).catch(() => {});
    const controller = new AbortController();
    answer = () =>
      new Promise((_, reject) => controller.signal.addEventListener('abort', () => reject(new Error('x'))));
    const waiting = daemon.imageId('web:1', controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
