import { expect, test } from 'vitest';
import { createRefusalTime } from '../../../src/forward/refusal-time.ts';

test('the wait follows the slowest of the last refusals, within bounds', () => {
  const refusals = createRefusalTime();
  expect(refusals.wait()).toBe(60);
  refusals.refused(5);
  expect(refusals.wait()).toBe(60);
  refusals.refused(200);
  expect(refusals.wait()).toBe(600);
  refusals.refused(5000);
  expect(refusals.wait()).toBe(1000);
  for (let index = 0; index < 10; index++) refusals.refused(10);
  expect(refusals.wait()).toBe(60);
});
