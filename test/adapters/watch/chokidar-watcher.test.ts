import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { createChokidarWatcher } from '../../../src/watch/chokidar-watcher.ts';
import type { WatchSources } from '../../../src/watch/watch-sources.ts';

type Changed = Extract<EventBody, { type: 'files.changed' }>;

const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
};

let root: string;
const stops: (() => Promise<void>)[] = [];

const sources = (): WatchSources => ({
  root,
  images: [
    {
      ...{ name: 'web', context: 'web', dockerfile: 'web/Dockerfile', contexts: {}, ignore: [] },
      ...{ sync: [], update: 'auto' },
    },
  ],
  manifests: ['k8s/*.yaml'],
  generated: [],
  sources: [join(root, 'rockpool.yaml'), join(root, '.env')],
});

/** A watcher that has started, and what it told. */
async function begin(what = sources, watcher = createChokidarWatcher({ sources: what, clock })) {
  const controller = new AbortController();
  const events: EventBody[] = [];
  let told = () => {};
  const ended = watcher.watch((event) => {
    events.push(event);
    told();
  }, controller.signal);
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await Promise.race([
        new Promise<void>((resolve) => {
          told = resolve;
        }),
        ended.then(() => {
          throw new Error('the watch has ended');
        }),
      ]);
    }
  };
  const stop = async () => {
    controller.abort();
    await ended;
  };
  stops.push(stop);
  await until(() => events.find((event) => event.type === 'watch.started'));
  const changes = () => events.filter((event): event is Changed => event.type === 'files.changed');
  const names = (event: Changed) => [
    ...Object.values(event.images).flat(),
    ...event.manifests,
    ...event.config,
  ];
  return {
    events,
    changes,
    stop,
    watcher,
    until,
    /** the first change from the `from`th on that names a file */
    changed: (file: string, from = 0) =>
      until(() =>
        changes()
          .slice(from)
          .find((event) => names(event).includes(file)),
      ),
  };
}

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'rockpool-watch-')));
  await mkdir(join(root, 'web/src'), { recursive: true });
  await mkdir(join(root, 'k8s'));
  await writeFile(join(root, 'web/.dockerignore'), 'node_modules\n');
  await writeFile(join(root, 'web/src/a.js'), 'the first content of this file\n');
  await writeFile(join(root, 'rockpool.yaml'), 'version: 1\n');
  await old();
});

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rm(root, { recursive: true, force: true });
});

/** The clock of files ticks every few ms: what was just written would count as saved after the watcher was made. */
async function old(): Promise<void> {
  await writeFile(join(root, 'mark'), '');
  const { ctimeMs } = await stat(join(root, 'mark'));
  while (Date.now() < ctimeMs + 50) await sleep(5);
}

const file = 'web/src/a.js';
const path = () => join(root, file);
const beside = (name: string) => join(root, 'web/src', name);

/** How editors and tools save. Each is done three times: some ways lose the second save in other watchers. */
const saves: Record<string, (text: string) => Promise<unknown>> = {
  'in place': (text) => writeFile(path(), text),
  appending: (text) => appendFile(path(), text),
  'to a temporary file that is renamed over it': async (text) => {
    await writeFile(beside('.a.js.tmp1'), text);
    await rename(beside('.a.js.tmp1'), path());
  },
  'as Vim does: a probe, a swap file, the old one to a backup': async (text) => {
    await writeFile(beside('.a.js.swp'), 'swap');
    await writeFile(beside('4913'), '');
    await rm(beside('4913'));
    await rename(path(), `${path()}~`);
    await writeFile(path(), text);
    await rm(`${path()}~`);
    await rm(beside('.a.js.swp'));
  },
  'as JetBrains does': async (text) => {
    await writeFile(beside('a.js___jb_tmp___'), text);
    await rename(path(), beside('a.js___jb_old___'));
    await rename(beside('a.js___jb_tmp___'), path());
    await rm(beside('a.js___jb_old___'));
  },
  'with sed -i': async (text) => execFileSync('sed', ['-i', `s/.*/${text}/`, path()]),
  'removed and written': async (text) => {
    await rm(path());
    await writeFile(path(), text);
  },
};

describe('saves', () => {
  test.each(Object.entries(saves))(
    '%s: every save is told, and no file of the editor’s own',
    async (_name, save) => {
      const { changed, changes } = await begin();
      for (const text of ['two', 'three', 'four']) {
        const from = changes().length;
        await save(text);
        await changed(file, from);
      }
      const named = changes().flatMap(({ images }) => images['web'] ?? []);
      // A temporary file of no editor counts when its renaming comes later than 20 ms.
      expect(named.filter((name) => !/^web\/src\/(a\.js|\.a\.js\.tmp1|sed\w+)$/.test(name))).toEqual([]);
    },
  );

  test('a file that is truncated first and filled later is told when it is filled', async () => {
    const { changed, changes } = await begin();
    const handle = await open(path(), 'w');
    await sleep(40);
    const from = changes().length;
    await handle.write('filled\n');
    await handle.close();
    await changed(file, from);
    expect(await readFile(path(), 'utf8')).toBe('filled\n');
  });

  test('a file that is written piece by piece, with pauses, is not told piece by piece', async () => {
    const { changed, changes } = await begin();
    const handle = await open(path(), 'w');
    for (let piece = 0; piece < 20; piece += 1) {
      await handle.write('a piece\n');
      await sleep(25);
    }
    await handle.close();
    await changed(file);
    await writeFile(beside('b.js'), 'the next save');
    await changed('web/src/b.js');
    expect(changes().length).toBeLessThan(6);
  });

  test('a touched file without another content is told; its build finds out by its tag', async () => {
    const { changed } = await begin();
    execFileSync('touch', [path()]);
    await changed(file);
  });
});

describe('what is told', () => {
  test('new folders with files in them, moved folders, deletions, links, manifests and configuration', async () => {
    const { changed, changes } = await begin();
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

  test('what .dockerignore lets in from now on, and not what it leaves out', async () => {
    await writeFile(join(root, 'web/.dockerignore'), 'src\n');
    await old();
    const watch = await begin();
    await writeFile(join(root, 'web/.dockerignore'), 'lib\n');
    await watch.changed('web/.dockerignore');
    await writeFile(join(root, 'web/src/a.js'), 'a second content of this file\n');
    await watch.changed('web/src/a.js', 1);
    const before = watch.changes().length;
    await mkdir(join(root, 'web/lib'));
    await writeFile(join(root, 'web/lib/b.js'), 'of no interest\n');
    await writeFile(join(root, 'web/c.js'), 'the last one\n');
    await watch.changed('web/c.js', before);
    const told = watch.changes().flatMap(({ images }) => images['web'] ?? []);
    expect(told.filter((file) => file.startsWith('web/lib'))).toEqual([]);
  });

  test('a folder that is moved in with everything in it', async () => {
    const { changed } = await begin();
    await mkdir(join(root, 'elsewhere/lib/deep'), { recursive: true });
    await writeFile(join(root, 'elsewhere/lib/deep/c.js'), 'c');
    await rename(join(root, 'elsewhere/lib'), join(root, 'web/lib'));
    await changed('web/lib/deep/c.js');
  });

  test('not what no image, manifest or configuration reads', async () => {
    const { changed, changes } = await begin();
    await mkdir(join(root, 'web/node_modules/x'), { recursive: true });
    await writeFile(join(root, 'web/node_modules/x/index.js'), 'x');
    await writeFile(join(root, 'notes.txt'), 'x');
    await writeFile(beside('.a.js.swp'), 'x');
    await writeFile(path(), 'two');
    await changed(file);
    expect(changes().flatMap(({ images }) => images['web'])).toEqual([file]);
  });

  test('a context that is removed and comes back', async () => {
    const { changed, changes } = await begin();
    await rm(join(root, 'web'), { recursive: true });
    await changed(file);
    const from = changes().length;
    await mkdir(join(root, 'web/src'), { recursive: true });
    await writeFile(path(), 'back');
    await changed(file, from);
    const later = changes().length;
    await writeFile(path(), 'and saved again');
    await changed(file, later);
  });

  test('a context behind a link', async () => {
    await rename(join(root, 'web'), join(root, 'real'));
    await symlink('real', join(root, 'web'));
    const { changed } = await begin();
    await writeFile(join(root, 'web/src/a.js'), 'two');
    await changed('real/src/a.js');
  });

  test('what is saved before the watch has begun, since the last one ended', async () => {
    const first = await begin();
    await first.stop();
    await writeFile(path(), 'between two watches');
    const second = await begin(sources, first.watcher);
    await second.changed(file);
  });

  test('nothing after its end', async () => {
    const ended = await begin();
    await ended.stop();
    const other = await begin();
    await writeFile(path(), 'two');
    await other.changed(file);
    expect(ended.changes()).toEqual([]);
  });
});

describe('git', () => {
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd,
      stdio: 'pipe',
    });

  /** Two branches that differ in 500 files. */
  async function repository(): Promise<void> {
    const write = async (text: string) => {
      for (let index = 0; index < 500; index += 1)
        await writeFile(join(root, `web/f${index}.js`), `${text} ${index}`);
    };
    git(root, 'init', '-q', '-b', 'main');
    await write('main');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'main');
    git(root, 'checkout', '-qb', 'other');
    await write('other');
    git(root, 'commit', '-qam', 'other');
    git(root, 'checkout', '-q', 'main');
    await old();
  }

  const types = (events: readonly EventBody[]) => events.map(({ type }) => type);

  test('a checkout of 500 files is one change', async () => {
    await repository();
    const { changed, changes } = await begin();
    git(root, 'checkout', '-q', 'other');
    await changed('web/f0.js');
    await writeFile(path(), 'and then a save');
    await changed(file);
    expect(changes().map((event) => event.count)).toEqual([500, 1]);
  });

  test('in a worktree too', async () => {
    await repository();
    git(root, 'worktree', 'add', '-q', '-b', 'third', 'tree');
    await old();
    const inTree = () => ({ ...sources(), root: join(root, 'tree') });
    const { changed, changes } = await begin(inTree);
    git(join(root, 'tree'), 'reset', '-q', '--hard', 'other');
    await changed('web/f0.js');
    // A machine that is slow to tell of the last files may tell of them apart.
    await expect.poll(() => changes().reduce((sum, event) => sum + event.count, 0)).toBe(500);
    expect(changes().length).toBeLessThanOrEqual(2);
  });

  test('changes are held while git holds its lock, and the wait has a reason', async () => {
    await repository();
    const { changed, changes, events, until } = await begin();
    await writeFile(join(root, '.git/index.lock'), '');
    await writeFile(path(), 'two');
    await until(() => events.find(({ type }) => type === 'watch.held'));
    await writeFile(join(root, 'web/f1.js'), 'while git is at work');
    await rm(join(root, '.git/index.lock'));
    await changed(file);
    expect(types(events)).toEqual(['watch.started', 'watch.held', 'watch.released', 'files.changed']);
    expect(changes()[0]?.count).toBe(2);
  });

  test('a rebase that stopped at a conflict does not hold the saves that resolve it', async () => {
    await repository();
    await writeFile(join(root, 'web/f0.js'), 'a conflict');
    git(root, 'commit', '-qam', 'conflict');
    expect(() => git(root, 'rebase', '-q', 'other')).toThrow();
    execFileSync('touch', ['-d', '1 minute ago', join(root, '.git/HEAD'), join(root, '.git/logs/HEAD')]);
    await old();
    const { changed, events } = await begin();
    await writeFile(join(root, 'web/f0.js'), 'resolved');
    await changed('web/f0.js');
    expect(types(events)).not.toContain('watch.held');
  });
});
