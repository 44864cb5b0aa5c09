import { readFile } from 'node:fs/promises';
import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { actionOf, keyMap, keysReference } from '../../../src/ui/key-map.ts';
import { keyNames } from '../../../src/ui/key-names.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { helpLines } from '../../../src/ui/panes/help-lines.ts';

describe('the key map', () => {
  test('gives each key one meaning', () => {
    const keys = keyMap.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { action, keys: own } of keyMap) for (const key of own) expect(actionOf(key)).toBe(action);
  });

  test('is what docs/keys.md says', async () => {
    expect(await readFile(new URL('../../../docs/keys.md', import.meta.url), 'utf8')).toBe(keysReference());
  });

  test('is what the help shows, whole, on 80x24', () => {
    const shown = helpLines({ width: 80, height: 22, paint: createPaint(false) }).join('\n');
    for (const { help } of keyMap) expect(shown).toContain(help);
  });
});

describe('keyNames', () => {
  const noKey = Object.fromEntries(
    [
      'upArrow',
      'downArrow',
      'pageUp',
      'pageDown',
      'home',
      'end',
      'escape',
      'return',
      'backspace',
      'delete',
      'tab',
      'ctrl',
      'meta',
      'shift',
    ].map((flag) => [flag, false]),
  ) as unknown as Key;

  test.each<[string, Partial<Key>, string[]]>([
    ['q', {}, ['q']],
    ['', { upArrow: true }, ['up']],
    ['', { return: true }, ['enter']],
    ['c', { ctrl: true }, ['ctrl-c']],
    ['x', { meta: true }, []],
    [' ', {}, ['space']],
    ['jjr', {}, ['j', 'j', 'r']],
    ['err\r', {}, ['e', 'r', 'r', 'enter']],
    ['a\x7f\x03', {}, ['a', 'backspace', 'ctrl-c']],
    ['', {}, []],
  ])('%j with %o is %o', (input, key, expected) => {
    expect(keyNames(input, { ...noKey, ...key })).toEqual(expected);
  });
});
