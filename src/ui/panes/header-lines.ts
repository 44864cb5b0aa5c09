import stringWidth from 'string-width';
import { cut, fitWidth } from '../fit-width.ts';
import type { HeaderView } from '../header-view.ts';
import { type PaneBox, severityLooks } from './pane.ts';

/** The first line: where this session is on the left, how it fares on the right. Pure. */
export function headerLines(box: PaneBox, { app, context, namespace, notes }: HeaderView): string[] {
  const { width, paint } = box;
  const shown = notes.map(({ words, severity }) => paint(words, severityLooks[severity].style));
  const right = cut(shown.join(' · '), Math.max(0, width - Math.min(16, Math.floor(width / 3))));
  const left = `${paint(` ${app}`, 'bold')}  ${paint(`${context}/${namespace}`, 'dim')}`;
  return [`${fitWidth(left, Math.max(0, width - stringWidth(right) - 1))}${right} `].map((line) =>
    fitWidth(line, width),
  );
}
