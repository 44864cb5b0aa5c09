import stringWidth from 'string-width';
import { fitWidth } from '../fit-width.ts';
import { keyLabel, keyMap } from '../key-map.ts';
import { fillPane, type PaneBox, ruleLine } from './pane.ts';

/** The help: every key and what it does. Pure. */
export function helpLines(box: PaneBox): string[] {
  const labels = keyMap.map(({ keys }) => keys.map(keyLabel).join(' '));
  const width = Math.max(...labels.map((label) => stringWidth(label)));
  const lines = keyMap.map(
    ({ help }, index) => `  ${box.paint(fitWidth(labels[index] ?? '', width), 'bold')}  ${help}`,
  );
  return fillPane(box, [ruleLine(box, 'keys', 'Esc: back'), ...lines]);
}
