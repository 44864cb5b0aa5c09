import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSyncRules } from '../../../src/sync/sync-rules.ts';

const places = (from: string, to: string, file: string) =>
  readSyncRules([{ from, to, restart: false }], 'auto')(file).map((place) => place.to);

test.each([
  ['src/**', '/app/src', 'src/a/b.ts', '/app/src/a/b.ts'],
  ['src/**', '/app/src/', 'src/a.ts', '/app/src/a.ts'],
  ['src', '/app/src', 'src/a/b.ts', '/app/src/a/b.ts'],
  ['./src/**', '/app/src', 'src/a.ts', '/app/src/a.ts'],
  ['**', '/app', 'a/b.py', '/app/a/b.py'],
  ['.', '/app', 'a/b.py', '/app/a/b.py'],
  ['*.py', '/app', 'main.py', '/app/main.py'],
  ['src/*.js', '/app', 'src/.hidden.js', '/app/.hidden.js'],
  ['src/**/*.css', '/css', 'src/a/b.css', '/css/a/b.css'],
  ['public/a*/**', '/www', 'public/ab/c.txt', '/www/ab/c.txt'],
  ['package.json', '/app/', 'package.json', '/app/package.json'],
  ['package.json', '/app/package.json', 'package.json', '/app/package.json'],
  ['conf/dev.json', '/etc/app.json', 'conf/dev.json', '/etc/app.json'],
])('%s to %s takes %s to %s', (from, to, file, place) => {
  expect(places(from, to, file)).toEqual([place]);
});

test.each([
  ['src/**', 'test/a.ts'],
  ['*.py', 'sub/main.py'],
  ['src/*.js', 'src/a.ts'],
])('%s takes %s nowhere', (from, file) => {
  expect(places(from, '/app', file)).toEqual([]);
});

test('a file goes to each rule that fits, but to none that asks for a restart', () => {
  const rules = readSyncRules(
    [
      { from: 'src/**', to: '/a', restart: false },
      { from: 'src/*.json', to: '/b', run: ['reload'], restart: false },
      { from: '**', to: '/c', restart: true },
    ],
    'auto',
  );
  expect(rules('src/x.json')).toEqual([{ to: '/a/x.json' }, { to: '/b/x.json', run: ['reload'] }]);
  expect(rules('other')).toEqual([]);
});

test('an image that is to be rolled or swapped has no rules', () => {
  for (const update of ['roll', 'swap'])
    expect(readSyncRules([{ from: '**', to: '/', restart: false }], update)('a')).toEqual([]);
});

test('whatever the file, it stays below the folder of its rule', () => {
  const name = fc.stringMatching(/^[a-z.]{1,4}$/).filter((part) => part !== '.' && part !== '..');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
      const found = places('**', '/app/src', parts.join('/'));
      expect(found).toEqual([`/app/src/${parts.join('/')}`]);
    }),
  );
});
