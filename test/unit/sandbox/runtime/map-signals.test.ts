import { expect, test } from 'vitest';
import { mapSignals } from '../../../../src/sandbox/runtime/map-signals.ts';

test.each([
  [
    ['kill', '-HUP', '1'],
    ['kill', '-HUP', '42'],
  ],
  [
    ['/bin/kill', '1'],
    ['/bin/kill', '42'],
  ],
  [
    ['kill', '-1', '17'],
    ['kill', '-1', '17'],
  ],
  [
    ['sh', '-c', 'kill 1'],
    ['sh', '-c', 'kill 42'],
  ],
  [
    ['sh', '-c', 'touch x && kill -s HUP 1; echo 1'],
    ['sh', '-c', 'touch x && kill -s HUP 42; echo 1'],
  ],
  [
    ['sh', '-c', 'kill -HUP 1 || true'],
    ['sh', '-c', 'kill -HUP 42 || true'],
  ],
  [
    ['sh', '-c', 'kill 12'],
    ['sh', '-c', 'kill 12'],
  ],
  [
    ['sh', '-c', 'echo overkill 1'],
    ['sh', '-c', 'echo overkill 1'],
  ],
  [
    ['echo', 'kill 1'],
    ['echo', 'kill 1'],
  ],
])('%j', (words, mapped) => {
  expect(mapSignals(words, '42')).toEqual(mapped);
});

test.each([[['pkill', 'node']], [['/usr/bin/killall', '-9', 'node']], [['sh', '-c', 'pkill -HUP nginx']]])(
  '%j is refused: it would reach the whole machine',
  (words) => {
    expect(() => mapSignals(words, '42')).toThrow('it would find processes of the whole machine');
  },
);
