import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDockerIgnore } from '../../../src/build/docker-ignore.ts';

describe('what .dockerignore leaves out', () => {
  test.each<[string, string, boolean]>([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'src/node_modules', false],
    ['**/node_modules', 'src/node_modules/a.js', true],
    ['/dist/', 'dist/a.js', true],
    ['*.log', 'a.log', true],
    ['*.log', 'src/a.log', false],
    ['*.log', 'a.LOG', false],
    ['*\n!src', 'src/a.js', false],
    ['docs\n!docs/README.md', 'docs/README.md', false],
    ['!docs/README.md\ndocs', 'docs/README.md', true],
    ['# docs', 'docs', false],
    ['\uFEFFdocs\r\nsrc\r\n', 'docs', true],
    ['.', 'a', false],
    ['c++', 'c++/a', true],
    ['a(1).txt', 'a(1).txt', true],
    ['a{b}|c^', 'a{b}|c^', true],
    ['[^a]b', 'cb', true],
    ['[^a]b', 'ab', false],
    ['a?c', 'abc', true],
  ])('%j: %s %s', (text, path, expected) => {
    expect(createDockerIgnore(text).ignores(path)).toBe(expected);
  });

  test('and the configuration beside it, which has the last word', () => {
    const ignore = createDockerIgnore('*.md', ['!README.md', 'secret']);
    expect(['a.md', 'README.md', 'secret'].map((path) => ignore.ignores(path))).toEqual([true, false, true]);
  });
});

test.each([
  ['node_modules', 'node_modules', true],
  ['node_modules', 'src', false],
  ['docs\n!docs/a.md', 'docs', false],
  ['docs\n!docs/a.md', 'docs/deeper', true],
  ['docs\nout\n!docs/a.md', 'out', true],
  ['docs\n!**/keep.md', 'docs', false],
  ['docs\n!*/keep.md', 'docs/deeper', true],
])('%j: the folder %s need not be read: %s', (text, folder, expected) => {
  expect(createDockerIgnore(text).prunes(folder)).toBe(expected);
});

test('in a folder that is not read there is nothing that would be sent', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'ab');
  const path = fc.array(name, { minLength: 1, maxLength: 4 });
  const part = fc.oneof(name, fc.constantFrom('*', '**', 'a*', '?', '[ab]'));
  const pattern = fc
    .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([keep, parts]) => (keep ? '!' : '') + parts.join('/'));
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 5 }), path, fc.nat(3), (patterns, segments, depth) => {
      const ignore = createDockerIgnore(patterns.join('\n'));
      const folder = segments.slice(0, depth).join('/');
      fc.pre(folder !== '' && depth < segments.length && ignore.prunes(folder));
      expect(ignore.ignores(segments.join('/'))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('the line that leaves a path out is known', () => {
  const ignore = createDockerIgnore('# first\n*.log\nsrc\n!src/a.log\n', ['tmp']);
  expect(['x.log', 'src/b', 'src/a.log', 'tmp', 'y'].map(ignore.lineFor)).toEqual([
    2,
    3,
    undefined,
    undefined,
    undefined,
  ]);
});
