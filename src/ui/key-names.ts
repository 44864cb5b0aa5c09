import type { Key } from 'ink';

/**
 * Names for what was pressed: the character itself, or "up", "pgdn", "esc", "enter", "backspace", "space", "ctrl-c".
 * Over a slow line several keys come as one input, and are taken one by one. Pure.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const special = specialKeys.find(([flag]) => key[flag]);
  if (special) return [special[1]];
  if (key.ctrl) return [`ctrl-${input}`];
  return key.meta
    ? []
    : [...graphemes.segment(input)].map(({ segment }) => characterNames[segment] ?? segment);
}

const specialKeys = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['escape', 'esc'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['tab', 'tab'],
] as const;

const characterNames: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x03': 'ctrl-c',
  '\t': 'tab',
};

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
