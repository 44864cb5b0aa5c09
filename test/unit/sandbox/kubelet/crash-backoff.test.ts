import { expect, test } from 'vitest';
import {
  goDuration,
  KUBELET_BACKOFF,
  nextBackoff,
} from '../../../../src/sandbox/kubelet/container/crash-backoff.ts';

test('at once, then ten seconds, doubled up to five minutes', () => {
  const waits: number[] = [];
  for (let last: number | undefined, count = 0; count < 8; count += 1) {
    last = nextBackoff(last, 100, KUBELET_BACKOFF);
    waits.push(last / 1000);
  }
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

test('who ran for more than ten minutes starts again at once', () => {
  expect(nextBackoff(300_000, 600_001, KUBELET_BACKOFF)).toBe(0);
  expect(nextBackoff(300_000, 600_000, KUBELET_BACKOFF)).toBe(300_000);
});

test.each([
  [10_000, '10s'],
  [160_000, '2m40s'],
  [300_000, '5m0s'],
  [100, '100ms'],
])('%i ms is %s', (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});
