import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { KubeUnreachable } from '../../../src/kube/kube-client.ts';
import { acquireLease, type HeldLease, type KubeLeaseOptions } from '../../../src/lease/kube-lease.ts';
import { holderOf, type Lease, type LeaseHolder, toLease } from '../../../src/lease/lease-record.ts';
import { isRunning, thisHolder } from '../../../src/lease/local-process.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { Failure } from '../../../src/session/failure.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { startObjectServer } from '../deploy/object-server.ts';
import { refusal } from '../deploy/scripted-apiserver.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/dev/leases/rockpool-shop';
const place = { app: 'shop', namespace: 'dev' };
const signal = new AbortController().signal;
const RENEWAL = 10_000;

/** A cluster without watches, so that renewals alone tell; sessions in it, and what they said. */
async function setUp(script?: Parameters<typeof startObjectServer>[0]) {
  const server = await startObjectServer((asked, objects) =>
    asked.url.includes('watch=true') ? refusal(403, 'Forbidden', 'no watches') : script?.(asked, objects),
  );
  const clock = createManualClock(1_800_000_000_000);
  const running = new Set<number>();
  const told: string[] = [];
  const notices: Failure[] = [];
  let isAway = false;
  const client: KubeLeaseOptions['client'] = {
    stream: (request) => server.client.stream(request),
    request: (request) =>
      isAway
        ? Promise.reject(new KubeUnreachable('here', new Error('refused')))
        : server.client.request(request),
  };
  const holder = (pid: number, over: Partial<LeaseHolder> = {}): LeaseHolder => ({
    id: `session-${pid}`,
    words: `ann@laptop pid ${pid} (/shop)`,
    hostname: 'laptop',
    host: 'laptop boot ns',
    pid,
    began: '1',
    since: clock.now(),
    ...over,
  });
  const acquire = async (pid: number, over: Partial<KubeLeaseOptions> = {}) => {
    running.add(pid);
    const result = await acquireLease(
      {
        client,
        clock,
        ...place,
        holder: holder(pid),
        takeover: false,
        isRunning: async (other) => running.has(other),
        tell: (line) => told.push(line),
        onNotice: (failure) => notices.push(failure),
        ...over,
      },
      signal,
    );
    if (!('heldBy' in result)) onTestFinished(() => result.release());
    return result;
  };
  const held = async (...args: Parameters<typeof acquire>): Promise<HeldLease> => {
    const result = await acquire(...args);
    if ('heldBy' in result) throw new Error(`held by ${result.heldBy.words}`);
    return result;
  };
  /** The session's side of it: what it emits. */
  const hold = (lease: HeldLease) => {
    const events: EventBody[] = [];
    const end = new AbortController();
    onTestFinished(() => end.abort());
    void lease.hold((event) => events.push(event), end.signal);
    return events;
  };
  const lease = () => server.objects.get(path) as Lease | undefined;
  const away = (value: boolean) => {
    isAway = value;
  };
  const writes = () => server.asked.filter(({ method }) => method !== 'GET').length;
  return { ...server, clock, running, told, notices, holder, acquire, held, hold, lease, away, writes };
}

it('names its holder, is renewed every 10 s, and goes when it is given back', async () => {
  const { held, lease, clock } = await setUp();
  const mine = await held(7);
  expect(lease()?.spec).toMatchObject({
    holderIdentity: 'ann@laptop pid 7 (/shop)',
    leaseDurationSeconds: 30,
  });
  const first = lease()?.spec?.renewTime;
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  clock.advance(RENEWAL);
  await expect.poll(() => lease()?.spec?.renewTime).not.toBe(first);
  await mine.release();
  expect(lease()).toBeUndefined();
});

it('a second session is told who has it; of two that begin at once one gets it', async () => {
  const { acquire, lease } = await setUp();
  const results = await Promise.all([acquire(7), acquire(8)]);
  const winner = holderOf(lease()!);
  expect(results.filter((result) => 'heldBy' in result)).toEqual([{ heldBy: winner }]);
});

it('a session that was killed is replaced at once, with a word', async () => {
  const { held, put, holder, clock, told, lease } = await setUp();
  put(path, toLease(holder(7), place, clock.now()) as never);
  const mine = await held(8);
  expect(mine.tookFrom).toBeUndefined();
  expect(told).toEqual([
    'ann@laptop pid 7 (/shop) is no longer running and had not given its session back; this one takes over.',
  ]);
  expect(holderOf(lease()!)?.pid).toBe(8);
});

it('a takeover: the first learns it with its next renewal, changes nothing more and gives nothing back', async () => {
  const { held, hold, clock, lease, writes } = await setUp();
  const first = await held(7);
  const events = hold(first);
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  const second = await held(8, { takeover: true });
  expect(second.tookFrom?.pid).toBe(7);
  clock.advance(RENEWAL);
  await expect.poll(() => events).toEqual([{ type: 'lease.lost', holder: 'ann@laptop pid 8 (/shop)' }]);
  expect(holderOf(lease()!)?.pid).toBe(8);
  const before = writes();
  await first.release();
  expect(writes()).toBe(before);
  expect(holderOf(lease()!)?.pid).toBe(8);
  await second.release();
  expect(lease()).toBeUndefined();
});

it('a takeover before the session began to listen is not missed', async () => {
  const { held, hold, clock } = await setUp();
  const first = await held(7);
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  await held(8, { takeover: true });
  clock.advance(RENEWAL);
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  await expect.poll(() => hold(first)).toHaveLength(1);
});

it('the apiserver away: it goes on, and is renewed when that returns', async () => {
  const { held, hold, clock, lease, away } = await setUp();
  const events = hold(await held(7));
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  away(true);
  clock.advance(60_000);
  await expect.poll(() => clock.pending()).toEqual([2000]);
  away(false);
  const before = lease()?.spec?.renewTime;
  clock.advance(2000);
  await expect.poll(() => lease()?.spec?.renewTime).not.toBe(before);
  expect(events).toEqual([]);
});

it('the apiserver away at the start: the lease is taken when it answers', async () => {
  const { held, clock, lease, away } = await setUp();
  away(true);
  await held(7);
  away(false);
  await expect.poll(() => clock.pending()).toEqual([2000]);
  clock.advance(2000);
  await expect.poll(() => holderOf(lease() ?? {})?.pid).toBe(7);
});

it('without the namespace it is taken as soon as that is there; another one that was quicker keeps it', async () => {
  let isThere = false;
  const { held, hold, clock, lease } = await setUp(({ method }) =>
    method === 'POST' && !isThere ? refusal(404, 'NotFound', 'namespaces "dev" not found') : undefined,
  );
  const [first, second] = [hold(await held(7)), hold(await held(8))];
  isThere = true;
  await expect.poll(() => clock.pending()).toEqual([2000, 2000]);
  clock.advance(2000);
  await expect.poll(() => [...first, ...second]).toHaveLength(1);
  const winner = holderOf(lease()!)?.pid;
  expect(first).toHaveLength(winner === 7 ? 0 : 1);
});

it('the namespace is made, so that one of several that begin at once has it and the others are told', async () => {
  let isThere = false;
  const { acquire } = await setUp(({ method }) =>
    method === 'POST' && !isThere ? refusal(404, 'NotFound', 'namespaces "dev" not found') : undefined,
  );
  const makeNamespace = async () => {
    isThere = true;
  };
  const taken = await Promise.all([7, 8, 9].map((pid) => acquire(pid, { makeNamespace })));
  expect(taken.filter((result) => 'heldBy' in result)).toHaveLength(2);
});

it('whoever deletes the lease does not end the session: it is made anew', async () => {
  const { held, objects, clock, lease } = await setUp();
  await held(7);
  await expect.poll(() => clock.pending()).toEqual([RENEWAL]);
  objects.delete(path);
  clock.advance(RENEWAL);
  await expect.poll(() => holderOf(lease() ?? {})?.pid).toBe(7);
});

it('a user who may not hold leases is warned once, and goes without', async () => {
  const { held, notices, clock } = await setUp(({ method }) =>
    method === 'POST' ? refusal(403, 'Forbidden', 'leases is forbidden') : undefined,
  );
  const mine = await held(7);
  expect(notices).toMatchObject([{ code: 'LEASE_FORBIDDEN' }]);
  expect(clock.pending()).toEqual([]);
  await mine.release();
});

it.each([
  ['is renewed meanwhile', true],
  ['is not', false],
])('a holder on another machine is watched; it %s', async (_, lives) => {
  let looks = 0;
  const { acquire, put, holder, clock, told } = await setUp(({ method, url }, all) => {
    if (method !== 'GET' || url !== path || !lives) return undefined;
    looks += 1;
    const object = all.get(path)!;
    if (looks > 1) all.set(path, { ...object, metadata: { ...object.metadata, resourceVersion: '99' } });
    return undefined;
  });
  const other = holder(7, { host: 'desk', hostname: 'desk' });
  put(path, toLease(other, place, clock.now() - 600_000) as never);
  const result = await acquire(8, { patience: 100 });
  expect('heldBy' in result).toBe(lives);
  expect(told[0]).toContain('looking for');
});

it('knows a process by its pid and its beginning', async () => {
  const me = await thisHolder('/shop');
  expect(me.words).toMatch(new RegExp(`^\\S+@\\S+ pid ${process.pid} \\(/shop\\)$`));
  expect(await isRunning(me.pid, me.began)).toBe(true);
  expect(await isRunning(me.pid, 'another time')).toBe(false);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(await isRunning(child.pid ?? 0, '')).toBe(false);
});
