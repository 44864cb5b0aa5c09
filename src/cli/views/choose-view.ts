import { systemClock } from '../system-clock.ts';
import type { View } from './view.ts';

export type Output = 'auto' | 'ui' | 'plain' | 'json';

/** The view that `--output` asks for: the screen in a terminal, plain lines elsewhere and in CI. */
export async function chooseView(output: Output): Promise<View> {
  const terminal = Boolean(process.stdout.isTTY && process.stdin.isTTY && !process.env['CI']);
  const form = output === 'auto' ? (terminal ? 'ui' : 'plain') : output;
  switch (form) {
    case 'json':
      return (await import('./json-view.ts')).createJsonView();
    case 'plain':
      return (await import('./plain-view.ts')).createPlainView();
    case 'ui':
      return (await import('./screen-view.ts')).createScreenView(systemClock);
  }
}
