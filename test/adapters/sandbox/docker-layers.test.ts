import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLayerStore, type LayerStore } from '../../../src/sandbox/docker/files/layer-store.ts';

const never = new AbortController().signal;
let dir: string;
let layers: LayerStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rockpool-sandbox-layers-'));
  layers = await createLayerStore(dir);
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const writes = (name: string, text: string) => async (folder: string) => {
  await writeFile(join(folder, name), text);
  return text.length;
};
const make = (key: string, text: string, signal = never) =>
  layers.make(key, undefined, 'link', writes('file', text), signal);

describe('a layer', () => {
  test('is found by what went into it, also after a new start', async () => {
    const made = await make('a', 'one');
    expect(await layers.find('a')).toEqual(made);
    expect(await (await createLayerStore(dir)).find('a')).toEqual(made);
    expect(await layers.find('b')).toBeUndefined();
  });

  test('has the files of the one below, and counts them', async () => {
    const base = await make('a', 'one');
    const shared = await layers.make('b', base, 'link', writes('more', 'four'), never);
    const copied = await layers.make('c', shared, 'copy', writes('file', 'again'), never);
    expect([base.size, shared.size, copied.size]).toEqual([3, 7, 9]);
    expect((await readdir(copied.folder)).sort()).toEqual(['file', 'more']);
    expect(await readFile(join(base.folder, 'file'), 'utf8')).toBe('one');
  });

  test('that two builds make at once is one', async () => {
    const [one, other] = await Promise.all([make('a', 'same'), make('a', 'same')]);
    expect(one).toEqual(other);
    expect(await readdir(join(dir, 'layers'))).toEqual(['a']);
    expect(await readdir(join(dir, 'work'))).toEqual([]);
  });

  test('keeps links to itself when it is moved to its place', async () => {
    const base = await layers.make(
      'a',
      undefined,
      'copy',
      async (folder) => {
        await mkdir(join(folder, 'deep'));
        await symlink(join(folder, 'file'), join(folder, 'deep/link'));
        await symlink('/etc/passwd', join(folder, 'other'));
        return 0;
      },
      never,
    );
    expect(await readlink(join(base.folder, 'deep/link'))).toBe('../file');
    expect(await readlink(join(base.folder, 'other'))).toBe('/etc/passwd');
  });

  test('that fails or is stopped leaves nothing', async () => {
    const fails = layers.make('a', undefined, 'link', () => Promise.reject(new Error('full')), never);
    await expect(fails).rejects.toThrow('full');
    const stop = new AbortController();
    const stops = layers.make(
      'a',
      undefined,
      'link',
      async () => {
        stop.abort(new Error('superseded'));
        return 0;
      },
      stop.signal,
    );
    await expect(stops).rejects.toThrow('superseded');
    expect(await layers.find('a')).toBeUndefined();
    expect(await readdir(join(dir, 'work'))).toEqual([]);
  });
});

test('what a killed build left is deleted by the next start', async () => {
  await writeFile(join(await layers.scratch(), 'half'), 'x');
  await createLayerStore(dir);
  expect(await readdir(join(dir, 'work'))).toEqual([]);
});

test('layers of images stay, and of the others the last ones used', async () => {
  const kept = await make('kept', 'x');
  await make('first', 'x');
  await utimes(join(dir, 'layers/first'), 0, 0);
  for (let index = 0; index < 60; index++) await make(`layer${index}`, 'x');
  await layers.prune(new Set([kept.folder]));
  expect(await layers.find('kept')).toEqual(kept);
  expect(await layers.find('first')).toBeUndefined();
  expect(await readdir(join(dir, 'layers'))).toHaveLength(61);
});
