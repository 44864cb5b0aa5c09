import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DockerDaemon } from '../../../src/build/docker-daemon.ts';
import { createDockerImagePruner } from '../../../src/build/docker-image-pruner.ts';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { type DockerServer, startDockerServer } from './docker-server.ts';

let server: DockerServer;
let daemon: DockerDaemon;
let used: (signal: AbortSignal) => Promise<ReadonlySet<string> | undefined>;
const never = new AbortController().signal;
const ref = (number: number) => `shop/web:rp-${String(number).padStart(20, '0')}`;

beforeEach(async () => {
  server = await startDockerServer();
  daemon = createDockerDaemon(server.address);
  used = async () => new Set();
  for (let number = 1; number <= 12; number += 1) {
    server.listed.push({
      ...{ Id: `sha256:${number}`, RepoTags: [ref(number)], Created: number, Size: 300, SharedSize: 100 },
      Labels: { 'rockpool.dev/app': 'shop', 'rockpool.dev/image': 'shop/web' },
    });
  }
});

afterEach(async () => {
  daemon.close();
  await server.close();
});

/** Prunes once, after the quiet, and tells what came of it. */
async function prune(signal = never): Promise<EventBody[]> {
  const events: EventBody[] = [];
  const clock = createManualClock();
  const pruner = createDockerImagePruner({ daemon, app: 'shop', usedImages: (each) => used(each), clock });
  const done = pruner.prune({ generation: 3, keep: [ref(12)], recent: [] }, (e) => events.push(e), signal);
  expect(server.requests).toEqual([]);
  clock.advance(5000);
  await done;
  return events;
}

const deletions = () => server.requests.filter((request) => request.startsWith('DELETE'));
const nothingDeleted: EventBody = { type: 'images.pruned', generation: 3, refs: [], bytes: 0 };

describe('old images', () => {
  test('are deleted one by one, the oldest first, and told', async () => {
    expect(await prune()).toEqual([
      { type: 'images.pruned', generation: 3, refs: [ref(1), ref(2)], bytes: 400 },
    ]);
    expect(server.listed).toHaveLength(10);
    expect(deletions()).toEqual([`DELETE /images/${ref(1)}`, `DELETE /images/${ref(2)}`]);
  });

  test('stay when the cluster names them, and when a container was made from them', async () => {
    used = async () => new Set([ref(1)]);
    server.running.push('sha256:2');
    expect(await prune()).toEqual([nothingDeleted]);
    expect(deletions()).toEqual([]);
  });

  test('all stay when it cannot be known what the cluster names', async () => {
    used = async () => undefined;
    expect(await prune()).toEqual([nothingDeleted]);
    expect(deletions()).toEqual([]);
  });

  test('stay when a container was made from them after they were listed', async () => {
    used = async () => {
      server.running.push('sha256:1');
      return new Set();
    };
    expect(await prune()).toEqual([{ type: 'images.pruned', generation: 3, refs: [ref(2)], bytes: 200 }]);
  });

  test('stay, without a failure, when the daemon does not answer', async () => {
    used = async () => {
      await server.close();
      return new Set();
    };
    expect(await prune()).toEqual([nothingDeleted]);
    server = await startDockerServer();
  });

  test('stay when work begins meanwhile', async () => {
    const stop = new AbortController();
    used = async (signal) => {
      stop.abort(new Error('a save came'));
      signal.throwIfAborted();
      return new Set();
    };
    await expect(prune(stop.signal)).rejects.toThrow('a save came');
    expect(deletions()).toEqual([]);
  });
});
