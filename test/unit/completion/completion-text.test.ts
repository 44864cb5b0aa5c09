import { expect, test } from 'vitest';
import { completionText } from '../../../src/completion/completion-text.ts';

const offered = (value: string) =>
  completionText({ candidates: [{ value }] })
    .split('\n')[0]
    ?.split('\t')[0];

test.each(['web', '--profile', 'deployment/web', 'shop/web:tag', 'a@b', 'name=web', './x/y.yaml', 'größe'])(
  '%s is offered as it is',
  (value) => {
    expect(offered(value)).toBe(value);
  },
);

test.each([
  '$(touch pwned)',
  '`id`',
  'a;b',
  'a b',
  'a|b',
  'a&b',
  'a>b',
  '"a',
  "'a",
  'a\\b',
  '~root',
  '*',
  'a!b',
  '#a',
  '@a',
  'a\u001b[31m',
  'a\nb',
  '{a,b}',
  '(a)',
  '',
])('%j, which a shell would take for more than a word, is not offered', (value) => {
  expect(offered(value)).toBe(':');
});
