import { systemClock } from '../system-clock.ts';
import type { View } from './view.ts';

export type Output = 'auto' | 'ui' | 'plain' | 'json';

/** The view that `--output` asks for: the screen in a terminal, plain lines elsewhere and in CI. */
export async function chooseView(output: Output): Promise<View> {
  switch (chooseForm(output)) {
    case 'json':
      return (await import('./json-view.ts')).createJsonView();
    case 'plain':
      return (await import('./plain-view.ts')).createPlainView();
    case 'ui':
      return (await import('./screen-view.ts')).createScreenView(systemClock);
  }
}

/** What `auto` means here. */
export function chooseForm<O extends Output>(output: O): Exclude<O, 'auto'> | 'ui' | 'plain' {
  if (output !== 'auto') return output as Exclude<O, 'auto'>;
  return process.stdout.isTTY && process.stdin.isTTY && !process.env['CI'] ? 'ui' : 'plain';
}
