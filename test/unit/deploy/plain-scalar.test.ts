import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';
import { isWordForBoolean, readPlainScalar } from '../../../src/deploy/plain-scalar.ts';

describe('readPlainScalar', () => {
  it.each([
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['N', false],
    ['yEs', 'yEs'],
    ['~', null],
    ['', null],
    ['0644', 420],
    ['0o644', 420],
    ['08', 8],
    ['-017', -15],
    ['0X1F', 31],
    ['1_000', 1000],
    ['_1', '_1'],
    ['1:30', '1:30'],
    ['2001-01-01', '2001-01-01'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['.', '.'],
    ['e3', 'e3'],
    ['1e400', '1e400'],
    ['1.2.3', '1.2.3'],
  ])('reads %j as %j, as kubectl does', (text, value) => {
    expect(readPlainScalar(text)).toBe(value);
  });

  it('knows the words that read like text and are taken for true or false', () => {
    expect(['yes', 'on', 'N', 'Off'].every(isWordForBoolean)).toBe(true);
    expect(['true', 'FALSE', 'yEs', 'null', ''].some(isWordForBoolean)).toBe(false);
  });
});

describe('numbers that JSON cannot hold', () => {
  it.each(['.inf', '-.INF', '.nan'])('%s is a failure with its place', (text) => {
    const { failures } = parseManifests(
      `apiVersion: v1\nkind: Foo\nmetadata: { name: a }\nspec:\n  v: ${text}\n`,
      'a.yaml',
    );
    expect(failures).toMatchObject([
      { code: 'MANIFEST_INVALID', at: { file: 'a.yaml', line: 5, column: 6 } },
    ]);
  });
});
