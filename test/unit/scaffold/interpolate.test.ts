import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interpolate } from '../../../src/scaffold/compose/interpolate.ts';

const ENV = { A: 'a', EMPTY: '', B: 'b' };

test.each<[string, string, string[]]>([
  ['plain', 'plain', []],
  ['$A', 'a', []],
  ['x${A}y', 'xay', []],
  ['$A-$B', 'a-b', []],
  ['${A:-d}', 'a', []],
  ['${X:-d}', 'd', []],
  ['${EMPTY:-d}', 'd', []],
  ['${EMPTY-d}', '', []],
  ['${X-d}', 'd', []],
  ['${X:-}', '', []],
  ['${X:-http://$A:80/${B}}', 'http://a:80/b', []],
  ['${X:-${Y:-deep}}', 'deep', []],
  ['${A:+other}', 'other', []],
  ['${EMPTY:+other}', '', []],
  ['${EMPTY+other}', 'other', []],
  ['${A:?must be there}', 'a', []],
  ['${X:?must be there}', '', ['X']],
  ['$X', '', ['X']],
  ['$$A costs $$5', '$A costs $5', []],
])('%s', (text, expected, missing) => {
  expect(interpolate(text, ENV)).toEqual({ text: expected, missing });
});

test.each(['$', '${', '${}', '${A', 'a $ b', '${A!}', '$1'])('%s begins no variable', (text) => {
  expect(interpolate(text, ENV).problem).toContain('begins no variable');
});

test('doubled dollars are the way to write any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(interpolate(text.replaceAll('$', '$$$$'), {}).text).toBe(text);
    }),
  );
});
