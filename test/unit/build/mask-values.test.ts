import { expect, test } from 'vitest';
import { createMask } from '../../../src/build/mask-values.ts';

test('values of build arguments are named instead of shown, the longer first; short ones stay', () => {
  const mask = createMask({ TOKEN: 'hunter2', LONG: 'hunter2-and-more', V: '1.2' });
  expect(mask('RUN wget ?t=hunter2&u=hunter2-and-more #1.2')).toBe('RUN wget ?t=$TOKEN&u=$LONG #1.2');
});
