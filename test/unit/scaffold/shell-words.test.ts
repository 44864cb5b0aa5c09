import { expect, it } from 'vitest';
import { shellWords } from '../../../src/scaffold/shell-words.ts';

it.each<[string, string[]]>([
  ['a "b c" && d', ['a', 'b c', '&&', 'd']],
  ['a & b', ['a', '&', 'b']],
  ['a&b', ['a', '&', 'b']],
  ['a --b 2>&1', ['a', '--b', '2>&1']],
  ['a >&2 | b', ['a', '>&2', '|', 'b']],
  ['a &>log && b', ['a', '&>log', '&&', 'b']],
])('%s is the words %j', (line, words) => expect(shellWords(line)).toEqual(words));
