import { expect, it } from 'vitest';
import { createGitIgnore } from '../../../src/scaffold/survey/git-ignore.ts';

it.each<[string, string, boolean, boolean]>([
  ['out', 'out', true, true],
  ['out', 'a/b/out', false, true],
  ['out/', 'a/out', true, true],
  ['out/', 'out', false, false],
  ['/out', 'a/out', true, false],
  ['/out', 'out', true, true],
  ['a/out', 'a/out', false, true],
  ['a/out', 'b/a/out', false, false],
  ['*.log', 'a/b.log', false, true],
  ['*.log\n!keep.log', 'keep.log', false, false],
  ['# out', 'out', true, false],
  ['out\r\n', 'out', true, true],
  ['a**/b', 'x', false, false],
  ['c++', 'c++', true, true],
])('%j and %s', (text, path, isFolder, ignored) => {
  expect(createGitIgnore(text)(path, isFolder)).toBe(ignored);
});
