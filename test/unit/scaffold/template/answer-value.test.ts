import { describe, expect, test } from 'vitest';
import { answerProblem } from '../../../../src/scaffold/template/answer-value.ts';

const problem = (type: 'name' | 'port' | 'text' | 'choice', value: string) =>
  answerProblem({ type, choices: ['debug', 'info'] }, value);

describe('values that an answer may have', () => {
  test.each([
    ['name', 'shop'],
    ['name', 'a'],
    ['name', 'my-shop-2'],
    ['name', 'a'.repeat(40)],
    ['port', '1'],
    ['port', '65535'],
    ['text', 'Grüß Gott 2 - a/b@c.d_e+f'],
    ['choice', 'info'],
  ] as const)('%s: %s', (type, value) => {
    expect(problem(type, value)).toBeUndefined();
  });

  test.each([
    ['name', '', /lower case/],
    ['name', 'Shop', /lower case/],
    ['name', '2shop', /beginning with a letter/],
    ['name', 'shop-', /ending/],
    ['name', 'a.b', /lower case/],
    ['name', 'shop\n', /lower case/],
    ['name', 'a'.repeat(41), /at most 40/],
    ['name', 'no', /YAML/],
    ['name', 'true', /YAML/],
    ['name', 'e0', /YAML/],
    ['port', '0', /1 to 65535/],
    ['port', '65536', /1 to 65535/],
    ['port', '080', /1 to 65535/],
    ['port', '1e3', /1 to 65535/],
    ['port', '80\n', /1 to 65535/],
    ['port', '', /1 to 65535/],
    ['text', 'a: b', /letters/],
    ['text', 'a, b', /letters/],
    ['text', 'a #b', /letters/],
    ['text', '"a', /letters/],
    ['text', 'a$(b)', /letters/],
    ['text', 'a\nb', /letters/],
    ['text', 'a ', /letters/],
    ['text', '1a', /begin with a letter/],
    ['text', 'Yes', /YAML/],
    ['text', 'x'.repeat(121), /at most 120/],
    ['choice', 'trace', /one of debug, info/],
  ] as const)('%s: %j is refused', (type, value, words) => {
    expect(problem(type, value)).toMatch(words);
  });
});
