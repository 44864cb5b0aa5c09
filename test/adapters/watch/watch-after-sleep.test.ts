import { mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { createChokidarWatcher } from '../../../src/watch/chokidar-watcher.ts';

type Changed = Extract<EventBody, { type: 'files.changed' }>;

const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
};

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'rockpool-slept-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const folder of ['web', 'api', 'k8s']) await mkdir(join(root, folder));
  for (const file of ['web/index.html', 'api/main.js', 'k8s/web.yaml', 'rockpool.yaml']) {
    await writeFile(join(root, file), 'first');
    await utimes(join(root, file), new Date(0), new Date(0));
  }
  // As old as the sources of a project are.
  await sleep(50);
});

test('after sleep everything counts as changed, and the watch goes on, in new folders too', async () => {
  const { slept, changed } = await begin();
  slept(60_000);
  expect(await changed(() => true)).toMatchObject({
    images: { web: [], api: [] },
    manifests: ['k8s'],
    config: [],
  });
  await mkdir(join(root, 'web/new'));
  await writeFile(join(root, 'web/new/file.js'), 'one');
  await changed((event) => event.images['web']?.includes('web/new/file.js'));
});

/** More than the kernel keeps notice of, while this process does not listen. */
test('what the kernel dropped its notice of is found: files, folders, the configuration', async () => {
  const limit = Number(await readFile('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  const { slept, changed, changes } = await begin();
  const { writeFileSync, mkdirSync } = await import('node:fs');
  for (let index = 0; index <= limit; index += 1)
    writeFileSync(join(root, `api/${index % 2}.log`), `${index}`);
  mkdirSync(join(root, 'web/new'));
  writeFileSync(join(root, 'rockpool.yaml'), 'second');
  slept(60_000);
  await changed((event) => event.config.includes('rockpool.yaml'));
  expect(changes().some((event) => 'web' in event.images)).toBe(true);
  await writeFile(join(root, 'web/new/file.js'), 'one');
  await changed((event) => event.images['web']?.includes('web/new/file.js'));
});

async function begin() {
  const image = (name: string) => ({
    name,
    context: name,
    dockerfile: `${name}/Dockerfile`,
    contexts: {},
    ignore: [],
    sync: [],
    update: 'auto',
  });
  const sources = {
    root,
    images: [image('web'), image('api')],
    manifests: ['k8s/*.yaml'],
    generated: [],
    sources: [join(root, 'rockpool.yaml')],
  };
  const listeners = new Set<(ms: number) => void>();
  const onSleep = (listener: (ms: number) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const events: EventBody[] = [];
  let told = Promise.withResolvers<void>();
  const emit = (event: EventBody) => {
    events.push(event);
    told.resolve();
    told = Promise.withResolvers();
  };
  const controller = new AbortController();
  const watching = createChokidarWatcher({ sources: () => sources, clock, onSleep }).watch(
    emit,
    controller.signal,
  );
  onTestFinished(async () => {
    controller.abort();
    await watching;
    expect(listeners.size).toBe(0);
  });
  const changes = () => events.filter((event): event is Changed => event.type === 'files.changed');
  const changed = async (fits: (event: Changed) => boolean | undefined): Promise<Changed> => {
    for (;;) {
      const found = changes().find(fits);
      if (found) return found;
      await told.promise;
    }
  };
  while (events.length === 0) await told.promise;
  const slept = (ms: number) => {
    for (const listener of listeners) listener(ms);
  };
  return { slept, changed, changes };
}
