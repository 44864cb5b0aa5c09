import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../../src/logs/log-line.ts';
import { createLogStore } from '../../../src/logs/log-store.ts';
import { lineFilter } from '../../../src/ui/line-filter.ts';
import { createLogScroll } from '../../../src/ui/log-scroll.ts';
import { createLogTail } from '../../../src/ui/log-tail.ts';
import { createOwnerIndex } from '../../../src/ui/owner-index.ts';
import { stateAfter, up } from './builders.ts';

const all = () => true;
const unnumbered = (text: string, targetId = 'a') => ({
  targetId,
  namespace: 'shop',
  pod: 'web-0',
  container: 'web',
  time: '',
  text,
});
const line = (text: string, targetId = 'a'): LogLine => ({ ...unnumbered(text, targetId), seq: 1 });
const store = (count = 0, lines = 1000) => {
  const logs = createLogStore({ lines, bytes: 1_000_000 });
  logs.append(Array.from({ length: count }, (_, n) => unnumbered(`${n + 1}`)));
  return logs;
};

describe('a line is shown', () => {
  test.each([
    ['', 'anything', true],
    ['get', 'GET /', true],
    ['GET', 'get /', false],
    ['a b', 'xa by', true],
    ['red', '\x1b[31mr\x1b[39med', true],
    ['31m', '\x1b[31mred', false],
    ['.*', 'anything', false],
  ])('with the filter %j: %j is %s', (filter, text, expected) => {
    expect(lineFilter(filter, undefined, () => undefined)(line(text))).toBe(expected);
  });

  test('of the selected workload only, also when its pod has long gone', () => {
    const owners = createOwnerIndex();
    owners.learn(stateAfter(up).targets);
    owners.learn({});
    const passes = lineFilter('', 'Deployment/shop/web', owners.ownerOf);
    expect(passes(line('x', 'uid-1/docker://1'))).toBe(true);
    expect(passes(line('x', 'api/docker://1'))).toBe(false);
  });
});

describe('following', () => {
  test('shows what a search of the whole store would, however lines and pane sizes come', () => {
    const step = fc.record({ add: fc.nat(30), count: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (steps, modulus) => {
        const logs = store(0);
        const passes = ({ seq }: LogLine) => seq % modulus === 0;
        const tail = createLogTail(logs, passes);
        for (const { add, count } of steps) {
          logs.append(Array.from({ length: add }, () => unnumbered('x')));
          expect(tail.last(count)).toEqual(logs.window({ passes, count }));
        }
      }),
    );
  });

  test('looks at each line once', () => {
    const logs = store(1000);
    let looks = 0;
    const tail = createLogTail(logs, () => {
      looks += 1;
      return false;
    });
    tail.last(10);
    const before = looks;
    for (let round = 0; round < 50; round += 1) tail.last(10);
    logs.append([unnumbered('x')]);
    tail.last(10);
    expect(looks - before).toBe(1);
  });
});

describe('scrolling', () => {
  const bottoms = (count: number, height: number) => {
    const logs = store(count);
    return createLogScroll(logs, all, height);
  };

  test('goes back a page at a time, keeping a line, to the first full page and no further', () => {
    const scroll = bottoms(25, 10);
    const first = scroll.pageUp(undefined);
    const second = scroll.pageUp(first);
    expect([first, second, scroll.pageUp(second)]).toEqual([16, 10, 10]);
    expect(scroll.oldest()).toBe(10);
  });

  test('goes forth again, and follows at the end', () => {
    const scroll = bottoms(25, 10);
    expect([scroll.pageDown(10), scroll.pageDown(19), scroll.pageDown(undefined)]).toEqual([
      19,
      undefined,
      undefined,
    ]);
  });

  test('does nothing while all lines fit', () => {
    const scroll = bottoms(5, 10);
    expect([scroll.pageUp(undefined), scroll.oldest()]).toEqual([undefined, undefined]);
  });

  test('forgets none and repeats none on its way back and forth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 30 }), (count, height) => {
        const logs = store(count);
        const scroll = createLogScroll(logs, all, height);
        const seen = new Set<number>();
        let at = scroll.oldest();
        for (let page = 0; page < 400; page += 1) {
          for (const { seq } of logs.window({
            passes: all,
            count: height,
            ...(at === undefined ? {} : { until: at }),
          }))
            seen.add(seq);
          if (at === undefined) break;
          at = scroll.pageDown(at);
        }
        expect(seen.size).toBe(count);
      }),
    );
  });
});
