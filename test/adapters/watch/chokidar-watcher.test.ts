import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { createChokidarWatcher } from '../../../src/watch/chokidar-watcher.ts';

type Changed = Extract<EventBody, { type: 'files.changed' }>;

let root: string;
let stop: () => Promise<void>;
let events: EventBody[];
let told: () => void;

const changes = () => events.filter((event): event is Changed => event.type === 'files.changed');
const web = (event: Changed | undefined) => event?.images['web'] ?? [];

/** The event for a save of one file: the first that names it. */
async function changed(file: string, from = 0): Promise<Changed> {
  for (;;) {
    const found = changes()
      .slice(from)
      .find((event) => [...web(event), ...event.manifests, ...event.config].includes(file));
    if (found) return found;
    await new Promise<void>((resolve) => {
      told = resolve;
    });
  }
}

async function begin(): Promise<void> {
  const controller = new AbortController();
  events = [];
  const watcher = createChokidarWatcher(() => ({
    root,
    images: [
      {
        name: 'web',
        context: join(root, 'web'),
        dockerfile: join(root, 'web/Dockerfile'),
        contexts: [],
        ignore: [],
      },
    ],
    manifests: ['k8s/*.yaml'],
    config: [join(root, 'rockpool.yaml'), join(root, '.env')],
  }));
  const { promise: started, resolve } = Promise.withResolvers<void>();
  const watching = watcher.watch((event) => {
    events.push(event);
    if (event.type === 'watch.started') resolve();
    told?.();
  }, controller.signal);
  stop = async () => {
    controller.abort();
    await watching;
  };
  await started;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rockpool-watch-'));
  await mkdir(join(root, 'web/src'), { recursive: true });
  await mkdir(join(root, 'k8s'));
  await writeFile(join(root, 'web/.dockerignore'), 'node_modules\n');
  await writeFile(join(root, 'web/src/a.js'), 'one\n');
  await writeFile(join(root, 'rockpool.yaml'), 'version: 1\n');
});

afterEach(async () => {
  await stop?.();
  await rm(root, { recursive: true, force: true });
});

const file = 'web/src/a.js';
const path = () => join(root, file);

/** How editors and tools save. Each is done three times: some ways lose the second save in other watchers. */
const saves: Record<string, (text: string) => Promise<unknown>> = {
  'in place': (text) => writeFile(path(), text),
  appending: (text) => appendFile(path(), text),
  'to a temporary file, renamed over (VS Code, many others)': async (text) => {
    await writeFile(join(root, 'web/src/.a.js.tmp1'), text);
    await rename(join(root, 'web/src/.a.js.tmp1'), path());
  },
  'to a backup, then anew (vim)': async (text) => {
    await rename(path(), `${path()}~`);
    await writeFile(path(), text);
    await rm(`${path()}~`);
  },
  'with sed -i': async (text) => execFileSync('sed', ['-i', `s/.*/${text}/`, path()]),
  'removed and written': async (text) => {
    await rm(path());
    await writeFile(path(), text);
  },
};

describe('saves', () => {
  test.each(Object.entries(saves))('%s: every save is told', async (_name, save) => {
    await begin();
    for (const text of ['two', 'three', 'four']) {
      const from = changes().length;
      await save(text);
      await changed(file, from);
    }
    expect(
      changes()
        .flatMap(web)
        .every((name) => name === file || name.startsWith('web/src/.a.js.tmp')),
    ).toBe(true);
  });

  test('a file that is truncated first and filled later is told when it is filled', async () => {
    await begin();
    const handle = await open(path(), 'w');
    await new Promise((resolve) => setTimeout(resolve, 40));
    await handle.write('filled\n');
    await handle.close();
    await changed(file);
    expect(await readFile(path(), 'utf8')).toBe('filled\n');
    expect(changes()).toHaveLength(1);
  });

  test('new folders with files in them, deletions, links and manifests are told', async () => {
    await begin();
    await mkdir(join(root, 'web/new/deep'), { recursive: true });
    await writeFile(join(root, 'web/new/deep/b.js'), 'b');
    await changed('web/new/deep/b.js');
    await rename(join(root, 'web/new'), join(root, 'web/moved'));
    await changed('web/moved/deep/b.js');
    const from = changes().length;
    await rm(path());
    await changed(file, from);
    await symlink('src', join(root, 'web/link'));
    await changed('web/link');
    await writeFile(join(root, 'k8s/a.yaml'), 'a: 1\n');
    await changed('k8s/a.yaml');
    await writeFile(join(root, '.env'), 'A=1\n');
    await changed('.env');
  });

  test('what no image, manifest or configuration reads is not told', async () => {
    await begin();
    await mkdir(join(root, 'web/node_modules/x'), { recursive: true });
    await writeFile(join(root, 'web/node_modules/x/index.js'), 'x');
    await writeFile(join(root, 'notes.txt'), 'x');
    await writeFile(join(root, 'web/src/.a.js.swp'), 'x');
    await writeFile(path(), 'two');
    await changed(file);
    expect(changes().flatMap(web)).toEqual([file]);
  });

  test('after its end nothing is told', async () => {
    await begin();
    await stop();
    const before = events.length;
    await writeFile(path(), 'two');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events).toHaveLength(before);
  });
});

describe('git', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      stdio: 'pipe',
    });

  async function repository(): Promise<void> {
    git('init', '-q', '-b', 'main');
    for (let index = 0; index < 500; index += 1)
      await writeFile(join(root, `web/f${index}.js`), `main ${index}`);
    git('add', '.');
    git('commit', '-qm', 'main');
    git('checkout', '-qb', 'other');
    for (let index = 0; index < 500; index += 1)
      await writeFile(join(root, `web/f${index}.js`), `other ${index}`);
    git('commit', '-qam', 'other');
    git('checkout', '-q', 'main');
  }

  test('a checkout of 500 files is one change', async () => {
    await repository();
    await begin();
    git('checkout', '-q', 'other');
    await changed('web/f0.js');
    await writeFile(path(), 'and then a save');
    await changed(file);
    expect(changes().map((event) => event.count)).toEqual([500, 1]);
  });

  test('changes are held while git holds its lock, and the wait has a reason', async () => {
    await repository();
    await begin();
    await writeFile(join(root, '.git/index.lock'), '');
    await writeFile(path(), 'two');
    while (!events.some((event) => event.type === 'watch.held')) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    expect(events).toContainEqual({ type: 'watch.held', reason: 'git checkout in progress' });
    expect(changes()).toEqual([]);
    await rm(join(root, '.git/index.lock'));
    await changed(file);
    const kinds = events.map((event) => event.type);
    expect(kinds.indexOf('watch.released')).toBeLessThan(kinds.indexOf('files.changed'));
  });

  test('a rebase that waits for its user to resolve a conflict does not hold his saves', async () => {
    await repository();
    await mkdir(join(root, '.git/rebase-merge'));
    await new Promise((resolve) => setTimeout(resolve, 320));
    await begin();
    await writeFile(path(), 'resolved');
    await changed(file);
    expect(events.map((event) => event.type)).not.toContain('watch.held');
  });
});
