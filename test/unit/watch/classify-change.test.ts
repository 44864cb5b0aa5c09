import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDockerIgnore } from '../../../src/build/docker-ignore.ts';
import { readSyncRules } from '../../../src/sync/sync-rules.ts';
import { classifyChange, everythingChanged } from '../../../src/watch/classify-change.ts';
import { isNoise, isWatched, manifestRule, type WatchRules } from '../../../src/watch/watch-rules.ts';

const image = (name: string, folder: string, ignore = '') => ({
  name,
  context: folder,
  files: [`${folder}/Dockerfile`, `${folder}/.dockerignore`],
  contexts: [],
  ignore: createDockerIgnore(ignore),
  sync: readSyncRules([{ from: 'src/**', to: '/app/src', restart: false }], 'auto'),
});

const rules: WatchRules = {
  root: '/p',
  images: [
    image('shop/web', '/p/web', 'node_modules\n*.md\nDockerfile\ndocs\n!docs/kept.txt'),
    image('shop/api', '/p/api'),
  ],
  manifests: [manifestRule('/p', 'k8s/*.yaml'), manifestRule('/p', 'deploy/**/*.yaml.liquid')],
  inputs: [{ files: ['/p/overlays/app.conf', '/base/web.yaml'], folders: ['/p/charts/db'] }],
  config: ['/p/rockpool.yaml', '/p/.env'],
};

const nothing = { images: {}, manifests: [], config: [] };

describe('what a changed file means', () => {
  test.each<[string, object | undefined]>([
    ['/p/web/src/a.js', { ...nothing, images: { 'shop/web': ['web/src/a.js'] } }],
    ['/p/web/node_modules/x/index.js', undefined],
    ['/p/web/README.md', undefined],
    ['/p/web/src/README.md', { ...nothing, images: { 'shop/web': ['web/src/README.md'] } }],
    [
      '/p/web/Dockerfile',
      { manifests: [], images: { 'shop/web': ['web/Dockerfile'] }, config: ['web/Dockerfile'] },
    ],
    ['/p/web/docs/kept.txt', { ...nothing, images: { 'shop/web': ['web/docs/kept.txt'] } }],
    ['/p/web/docs/other.txt', undefined],
    ['/p/k8s/web.yaml', { ...nothing, manifests: ['k8s/web.yaml'] }],
    ['/p/overlays/app.conf', { ...nothing, manifests: ['overlays/app.conf'] }],
    ['/base/web.yaml', { ...nothing, manifests: ['/base/web.yaml'] }],
    ['/p/charts/db/templates/_helpers.tpl', { ...nothing, manifests: ['charts/db/templates/_helpers.tpl'] }],
    ['/p/charts/db/node_modules/x.yaml', undefined],
    ['/p/overlays/other.conf', undefined],
    ['/p/k8s/_partial.liquid', { ...nothing, manifests: ['k8s/_partial.liquid'] }],
    ['/p/k8s/deeper/web.yaml', undefined],
    ['/p/k8s/notes.txt', undefined],
    ['/p/deploy/a/b/web.yaml.liquid', { ...nothing, manifests: ['deploy/a/b/web.yaml.liquid'] }],
    ['/p/rockpool.yaml', { ...nothing, config: ['rockpool.yaml'] }],
    ['/p/.env', { ...nothing, config: ['.env'] }],
    ['/p/README.md', undefined],
    ['/p/web/src/.a.js.swp', undefined],
    ['/p/web/src/4913', undefined],
    ['/p/web/src/a.js~', undefined],
    ['/p/.git/index', undefined],
    ['/pp/web/a.js', undefined],
  ])('%s', (path, expected) => {
    const event = classifyChange(rules, [path]);
    if (expected === undefined) expect(event).toBeUndefined();
    else expect(event).toMatchObject(expected);
  });

  test('a changed .dockerignore or Dockerfile asks for the configuration anew', () => {
    expect(classifyChange(rules, ['/p/web/.dockerignore'])).toMatchObject({ config: ['web/.dockerignore'] });
  });

  test('a branch switch names at most 20 files an image, and counts them all', () => {
    const paths = Array.from({ length: 500 }, (_, index) => `/p/web/f${index}.js`);
    const event = classifyChange(rules, paths);
    expect(event?.images['shop/web']).toHaveLength(20);
    expect(event?.count).toBe(500);
  });
});

test('when notices were dropped, every image and all manifests are looked at again', () => {
  expect(everythingChanged(rules, ['/p/web/src/a.js'])).toEqual({
    type: 'files.changed',
    images: { 'shop/web': ['web/src/a.js'], 'shop/api': [] },
    manifests: ['k8s', 'deploy', 'charts/db', 'overlays/app.conf'],
    config: [],
    count: 1,
  });
});

describe('what is watched', () => {
  test.each([
    ['/p', true],
    ['/p/web', true],
    ['/p/web/node_modules', false],
    ['/p/web/docs', true],
    ['/p/node_modules', false],
    ['/p/other/huge', false],
    ['/p/k8s', true],
    ['/p/k8s/deeper', false],
    ['/p/deploy/a', true],
    ['/p/deploy/node_modules', false],
    ['/p/.git', false],
    ['/p/.rockpool/hashes.json', false],
    ['/p/rockpool.yaml', true],
  ])('%s: %s', (path, expected) => {
    expect(isWatched(rules, path)).toBe(expected);
  });

  test('whatever counts is watched, with every folder that leads to it', () => {
    const segment = fc.constantFrom(
      'p',
      'web',
      'api',
      'k8s',
      'deploy',
      'src',
      'node_modules',
      'docs',
      'kept.txt',
      'a.yaml',
      'b.yaml.liquid',
      'x.md',
      '.env',
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const path = `/p/${segments.join('/')}`;
        if (!classifyChange(rules, [path])) return;
        const parts = path.split('/');
        for (let length = 2; length <= parts.length; length += 1) {
          expect(isWatched(rules, parts.slice(0, length).join('/'))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['/a/b.js', '/a/Makefile', '/a/x.swift', '/a/swap', '/a/a#b', '/a/.gitignore'])(
    '%s is no noise',
    (path) => {
      expect(isNoise(path)).toBe(false);
    },
  );
});

test.each([
  [['/p/web/src/a.js', '/p/web/src/b/c.js'], ['shop/web']],
  [['/p/web/src/a.js', '/p/web/package.json'], undefined],
  [['/p/web/src/a.js', '/p/web/Dockerfile'], undefined],
  [['/p/web/src/a.js', '/p/api/main.go'], ['shop/web']],
  [Array.from({ length: 201 }, (_, index) => `/p/web/src/${index}.js`), undefined],
])('says which images a save may be synced into: %j', (paths, synced) => {
  expect(classifyChange(rules, paths)?.synced).toEqual(synced);
});
