import { expect, test } from 'vitest';
import { asWritten } from '../../../src/diagnosis/as-written.ts';

test.each([
  ['cpu', '1k', '1000'],
  ['requests.cpu', '2M', '2000000'],
  ['cpu', '500m', '500m'],
  ['cpu', '4', '4'],
  ['memory', '1k', '1k'],
])('%s %s is told as %s', (resource, amount, told) => {
  expect(asWritten(resource, amount)).toBe(told);
});
