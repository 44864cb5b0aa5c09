import { expect, it } from 'vitest';
import { judgeHolder } from '../../../src/lease/judge-holder.ts';
import { holderOf, type LeaseHolder, leaseName, toLease } from '../../../src/lease/lease-record.ts';

const here = { host: 'laptop boot-1 ns-1', hostname: 'laptop' };
const holder = (over: Partial<LeaseHolder> = {}): LeaseHolder => ({
  id: 'one',
  words: 'ann@laptop pid 7 (/shop)',
  ...here,
  pid: 7,
  began: '100',
  since: 0,
  ...over,
});
const place = { app: 'shop', namespace: 'dev' };
const now = 1_000_000;

const cases: readonly [string, LeaseHolder, number, boolean, string][] = [
  ['a process of this system that runs', holder(), 0, true, 'alive'],
  ['one that runs and was stopped or slept', holder(), 600_000, true, 'alive'],
  ['one that has ended, though it renewed just now', holder(), 0, false, 'dead'],
  [
    'of this machine before it was started anew',
    holder({ host: 'laptop boot-0 ns-1' }),
    60_000,
    true,
    'dead',
  ],
  ['of a container of this machine, just now', holder({ host: 'laptop boot-1 ns-2' }), 5000, false, 'alive'],
  ['of another machine, just now', holder({ host: 'x', hostname: 'x' }), 5000, false, 'alive'],
  [
    'of another machine, long ago or its clock differs',
    holder({ host: 'x', hostname: 'x' }),
    60_000,
    false,
    'unknown',
  ],
  ['of another machine, in the future', holder({ host: 'x', hostname: 'x' }), -60_000, false, 'unknown'],
];

it.each(cases)('%s', async (_, other, age, runs, state) => {
  const lease = toLease(other, place, now - age);
  expect(holderOf(lease)).toEqual(other);
  const judged = await judgeHolder(lease, other, { self: here, now, isRunning: async () => runs });
  expect(judged).toBe(state);
});

it('a lease that something else wrote has a holder of which little is known', async () => {
  const spec = { holderIdentity: 'somebody', renewTime: new Date(now - 60_000).toISOString() };
  const other = holderOf({ spec })!;
  expect(other.words).toBe('somebody');
  expect(await judgeHolder({ spec }, other, { self: here, now, isRunning: async () => true })).toBe(
    'unknown',
  );
  expect(holderOf({ spec: { holderIdentity: '' } })).toBeUndefined();
  expect(holderOf({ spec, metadata: { annotations: { 'rockpool.dev/session': '{"broken' } } })?.words).toBe(
    'somebody',
  );
});

it('a lease counts its holders, keeps what others wrote on it, and its times have six digits', () => {
  const first = {
    ...toLease(holder(), place, now),
    metadata: { annotations: { own: 'x' }, resourceVersion: '3' },
  };
  const second = toLease(holder({ id: 'two' }), place, now, first);
  expect(second.spec).toMatchObject({ leaseTransitions: 1, renewTime: '1970-01-01T00:16:40.000000Z' });
  expect(second.metadata).toMatchObject({
    name: leaseName('shop'),
    resourceVersion: '3',
    annotations: { own: 'x' },
  });
  expect(toLease(holder({ id: 'two' }), place, now, second).spec?.leaseTransitions).toBe(1);
});
