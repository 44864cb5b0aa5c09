import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ContextEntry, listContext } from '../../../src/build/build-context.ts';
import { createDockerIgnore } from '../../../src/build/docker-ignore.ts';
import { createFileHashes } from '../../../src/build/file-hashes.ts';
import { hashContext } from '../../../src/build/hash-context.ts';
import { ContextChanged } from '../../../src/build/open-listed.ts';
import { packContext } from '../../../src/build/pack-context.ts';
import { readDockerIgnore } from '../../../src/build/read-docker-ignore.ts';
import { readArchive } from './docker-server.ts';

let folder: string;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-context-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, text = path): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

const list = (ignore = '', always: string[] = []) =>
  listContext({ folder, ignore: createDockerIgnore(ignore), always }, never);
const paths = (entries: readonly ContextEntry[]) => entries.map(({ path }) => path);

describe('a build context', () => {
  test('is sorted, and has folders, empty ones too', async () => {
    await put('b/c.txt');
    await put('a.txt');
    await mkdir(join(folder, 'empty'));
    expect((await list()).map(({ path, kind }) => [path, kind])).toEqual([
      ['a.txt', 'file'],
      ['b', 'directory'],
      ['b/c.txt', 'file'],
      ['empty', 'directory'],
    ]);
  });

  test('keeps links as links and does not follow them, not even out of the context', async () => {
    await symlink('/etc', join(folder, 'out'));
    await symlink('.', join(folder, 'ring'));
    await symlink('gone', join(folder, 'broken'));
    expect((await list()).map(({ path, kind, target }) => [path, kind, target])).toEqual([
      ['broken', 'link', 'gone'],
      ['out', 'link', '/etc'],
      ['ring', 'link', '.'],
    ]);
  });

  test('leaves out pipes, which would be waited for', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    await put('a');
    expect(paths(await list())).toEqual(['a']);
  });

  test('leaves out what .dockerignore says, keeps what it keeps, and the Dockerfile always', async () => {
    for (const path of ['Dockerfile', 'docs/a.md', 'docs/deep/b.md', 'node_modules/x/y.js', 'src/a.js'])
      await put(path);
    const entries = await list('*\n!src\n!docs/deep/b.md\nnode_modules', ['Dockerfile']);
    expect(paths(entries)).toEqual(['Dockerfile', 'docs', 'docs/deep', 'docs/deep/b.md', 'src', 'src/a.js']);
  });

  test('does not read a folder that is left out', async () => {
    await put('node_modules/x/y.js');
    const asked: string[] = [];
    const ignore = createDockerIgnore('node_modules');
    const watched = { ...ignore, prunes: (path: string) => asked.push(path) > 0 && ignore.prunes(path) };
    await listContext({ folder, ignore: watched, always: [] }, never);
    expect(asked).toEqual(['node_modules']);
  });

  test('that is not there is named', async () => {
    await rm(folder, { recursive: true });
    await expect(list()).rejects.toMatchObject({ failures: [{ code: 'CONTEXT_MISSING', subject: folder }] });
  });

  test('is no longer listed once nobody wants it', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(listContext({ folder, ignore: createDockerIgnore(''), always: [] }, stop)).rejects.toThrow(
      'enough',
    );
  });

  test('takes its rules from <dockerfile>.dockerignore first', async () => {
    await put('.dockerignore', 'a');
    const rules = async () => (await readDockerIgnore(folder, join(folder, 'web.Dockerfile'))).ignore;
    expect([(await rules()).ignores('a'), (await rules()).ignores('b')]).toEqual([true, false]);
    await put('web.Dockerfile.dockerignore', 'b');
    expect([(await rules()).ignores('a'), (await rules()).ignores('b')]).toEqual([false, true]);
  });
});

describe('hashes of files', () => {
  const cache = () => join(folder, '.rockpool/hashes.json');
  const one = async () => {
    const [entry] = (await list('.rockpool')).filter(({ path }) => path === 'a');
    if (!entry) throw new Error('no file a');
    return entry;
  };
  const later = { now: () => Date.now() + 10_000 };
  const hashOf = async (hashes = createFileHashes({ file: cache(), clock: later }), entry?: ContextEntry) =>
    hashes.hash(join(folder, 'a'), (entry ?? (await one())).stamp, never);

  test('are those of the content, for large files too', async () => {
    await put('a', 'abc');
    expect(await hashOf()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    await put('a', 'x'.repeat(3_000_000));
    expect(await hashOf()).toBe(createHash('sha256').update('x'.repeat(3_000_000)).digest('hex'));
  });

  test('are kept between runs by what the system says of a file: it is not read again', async () => {
    await put('a', 'abc');
    const first = createFileHashes({ file: cache(), clock: later });
    const entry = await one();
    const hash = await hashOf(first, entry);
    await first.save();
    await rm(join(folder, 'a'));
    expect(await hashOf(createFileHashes({ file: cache(), clock: later }), entry)).toBe(hash);
  });

  test('of a file that changed in the last 2 s are not kept', async () => {
    await put('a', 'abc');
    const hashes = createFileHashes({ file: cache(), clock: { now: () => Date.now() } });
    const entry = await one();
    await hashOf(hashes, entry);
    await rm(join(folder, 'a'));
    await expect(hashOf(hashes, entry)).rejects.toThrow(ContextChanged);
  });

  test.each(['', '{', '{"v":1,"hashes":[[1,2],["a","b"],null]}', '{"v":2,"hashes":[]}'])(
    'start anew when the file that keeps them is damaged: %j',
    async (damaged) => {
      await put('a', 'abc');
      await put('.rockpool/hashes.json', damaged);
      expect(await hashOf()).toMatch(/^ba7816bf/);
    },
  );
});

describe('the archive', () => {
  const hashes = () =>
    createFileHashes({ file: join(folder, '.rockpool/h'), clock: { now: () => Date.now() } });
  const pack = async (
    texts: [string, string][] = [],
    between: () => Promise<unknown> = async () => {},
    signal = never,
  ) => {
    const entries = await list();
    const known = await hashContext(folder, entries, hashes(), never);
    await between();
    return packContext({ folder, entries, hashes: known, texts: new Map(texts), now: Date.now() }, signal);
  };

  test('holds files, folders and links with their modes', async () => {
    await put('bin/run', '#!/bin/sh');
    await chmod(join(folder, 'bin/run'), 0o750);
    await put('big', 'x'.repeat(700_000));
    await put('empty', '');
    await symlink('bin/run', join(folder, 'link'));
    const files = await readArchive(await pack());
    expect(files.get('bin')).toMatchObject({ type: 'directory' });
    expect(files.get('bin/run')).toMatchObject({ text: '#!/bin/sh', mode: 0o750, type: 'file' });
    expect(files.get('big')?.text).toHaveLength(700_000);
    expect(files.get('empty')?.text).toBe('');
    expect(files.get('link')).toMatchObject({ type: 'symlink', linkname: 'bin/run' });
  });

  test('holds texts in the place of files, and beside them', async () => {
    await put('Dockerfile', 'FROM base');
    const files = await readArchive(
      await pack([
        ['Dockerfile', 'FROM base:rp-1'],
        ['more', 'text'],
      ]),
    );
    expect([files.get('Dockerfile')?.text, files.get('more')?.text]).toEqual(['FROM base:rp-1', 'text']);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['grew', () => put('a', 'longer than before')],
    ['shrank', () => truncate(join(folder, 'a'), 1)],
    ['is gone', () => rm(join(folder, 'a'))],
    [
      'became a link',
      async () => {
        await rm(join(folder, 'a'));
        await symlink('/etc/hostname', join(folder, 'a'));
      },
    ],
    ['was touched', () => utimes(join(folder, 'a'), 1, 1)],
  ])('never ends well when a file %s since it was listed', async (_what, change) => {
    await put('a', 'some text');
    await expect(readArchive(await pack([], change))).rejects.toThrow(ContextChanged);
  });

  test('ends when nobody wants it any more', async () => {
    await put('big', 'x'.repeat(5_000_000));
    const stop = new AbortController();
    const archive = await pack([], undefined, stop.signal);
    archive.once('data', () => stop.abort(new Error('superseded')));
    await expect(readArchive(archive)).rejects.toThrow();
    expect(archive.destroyed).toBe(true);
  });
});
