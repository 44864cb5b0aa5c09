import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { createGitHold } from '../../../src/watch/hold-for-git.ts';

let folder: string;
let now: number;
let onSleep: () => Promise<void>;
const never = new AbortController().signal;

/** Time passes only while somebody sleeps. */
const pace = {
  now: () => now,
  async sleep(ms: number) {
    now += ms;
    await onSleep();
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-git-'));
  now = 0;
  onSleep = async () => {};
  await mkdir(join(folder, 'logs'));
  for (const name of ['HEAD', 'logs/HEAD']) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), 1, 1);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lock = () => writeFile(join(folder, 'index.lock'), '');
const unlock = () => rm(join(folder, 'index.lock'));

async function wait(hold = createGitHold({ folders: () => [folder], pace, wallClock: () => Date.now() })) {
  const events: EventBody[] = [];
  const rested = await hold.wait((event) => events.push(event), never);
  return { hold, rested, events: events.map(({ type }) => type) };
}

test('without git at work nothing waits and nothing is said', async () => {
  expect(await wait()).toMatchObject({ rested: false, events: [] });
});

test('changes wait until git has ended, which is said', async () => {
  await lock();
  onSleep = async () => {
    if (now > 5000) onSleep = async () => {};
    if (now > 5000) await unlock();
  };
  expect(await wait()).toMatchObject({ rested: true, events: ['watch.held', 'watch.released'] });
  expect(now).toBeGreaterThan(5000);
});

test('a lock that stays for half a minute is overlooked from then on, the next one is not', async () => {
  await lock();
  const { hold, rested, events } = await wait();
  expect([rested, events, now]).toEqual([false, ['watch.held', 'watch.released'], 30_000]);
  expect(await wait(hold)).toMatchObject({ rested: false, events: [] });
  await rm(join(folder, 'index.lock'));
  await writeFile(join(folder, 'other'), '');
  await lock();
  expect((await wait(hold)).events).toEqual(['watch.held', 'watch.released']);
});
