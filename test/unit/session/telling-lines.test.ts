import { expect, test } from 'vitest';
import { tellingLines } from '../../../src/session/telling-lines.ts';

const npm = [
  'npm error code E404',
  'npm error 404 Not Found - GET https://registry.npmjs.org/nosuch',
  ...Array.from({ length: 12 }, (_, n) => `fetching ${n}`),
  '',
  'npm notice',
  'npm notice New major version of npm available!',
  'npm notice',
];

test.each([
  [10, ['npm error code E404', npm[1], ...npm.slice(6, 14)]],
  [3, ['npm error code E404', npm[1], 'fetching 11']],
  [1, ['npm error code E404']],
  [0, []],
])('of an output the %i lines that matter, in their order', (count, expected) => {
  expect(tellingLines(npm, count)).toEqual(expected);
});

test('without a word of an error, the last ones', () => {
  expect(tellingLines(['a', 'b', '', 'c'], 2)).toEqual(['b', 'c']);
});
