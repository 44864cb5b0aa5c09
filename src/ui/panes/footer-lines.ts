import { fitWidth } from '../fit-width.ts';
import { type KeyBinding, keyLabel, keyMap } from '../key-map.ts';
import type { ScreenState } from '../screen-state.ts';
import type { PaneBox } from './pane.ts';

/** The last line: the filter while it is typed, else what the keys do. Pure. */
export function footerLines({ width, paint }: PaneBox, { typing, filter }: ScreenState): string[] {
  if (typing) {
    const hint = paint('Enter keeps, Esc clears', 'dim');
    return [fitWidth(` /${filter}${paint(' ', 'inverse')}  ${hint}`, width)];
  }
  return [fitWidth(` ${keyMap.flatMap((binding) => hintOf(binding)).join('  ')}`, width)].map((line) =>
    paint(line, 'dim'),
  );
}

function hintOf({ keys, hint }: KeyBinding): string[] {
  const [first] = keys;
  return hint === undefined || first === undefined ? [] : [`${keyLabel(first)} ${hint}`];
}
