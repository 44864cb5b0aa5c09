import { expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { createSourceCheck, type FreshSources } from '../../../src/control/check-sources.ts';
import { waitForCurrent } from '../../../src/control/wait-for-current.ts';
import { type Failure, RockpoolError } from '../../../src/session/failure.ts';
import { createSession } from '../../../src/session/kernel.ts';
import { config } from '../../support/events.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { scriptedPorts, settle } from '../../support/scripted-ports.ts';

const never = new AbortController().signal;
const images = config.images.slice(2);
const api = { ...config, images, forwards: [] };
const inForce = { name: 'shop' } as Config;

/** A session of one image, api, whose sources would give what a test says, and whose watcher tells nothing. */
async function begin(over: Partial<FreshSources> = {}) {
  const clock = createManualClock(1000);
  const ports = { ...scriptedPorts({ config: api }), clock };
  const session = createSession({ ports, chooseTarget: () => undefined });
  let ref = 'api:rp-1';
  const fresh: FreshSources = {
    config: () => Promise.resolve({ config: inForce, session: api }),
    inForce: () => inForce,
    refs: () => Promise.resolve({ api: { ref } }),
    manifests: () => Promise.resolve({}),
    cluster: () => Promise.resolve({}),
    ...over,
  };
  session.dispatch({ type: 'session.started', app: 'shop', context: 'minikube', namespace: 'shop' });
  await settle();
  const work = (name: string) => ports.open.find((open) => open.name === name);
  const wait = (timeoutMs = 60_000, name?: string) =>
    waitForCurrent(
      { session, clock, check: createSourceCheck(fresh) },
      { timeoutMs, ...(name === undefined ? {} : { name }) },
      never,
    );
  const save = (next: string) => {
    ref = next;
  };
  return { session, ports, clock, work, wait, save };
}

/** The image is built, applied and rendered. */
async function live(over: Partial<FreshSources> = {}) {
  const all = await begin(over);
  all.work('build:api@1')?.succeed('api:rp-1');
  await settle();
  all.session.dispatch({
    ...{ type: 'manifests.rendered', generation: 2, resources: [], held: [], warnings: [] },
  });
  return all;
}

test('what is live already needs no waiting', async () => {
  const { wait } = await live();
  expect(await wait()).toEqual({ outcome: 'current', failures: [], waitingFor: [] });
});

test('a save that the watcher has not told is found, and waited for', async () => {
  const { wait, save, work, ports, clock } = await live();
  save('api:rp-2');
  const result = wait();
  await settle();
  await settle();
  expect(ports.builds.map(({ generation }) => generation)).toEqual([1, 2]);
  work('build:api@2')?.succeed('api:rp-2');
  await settle();
  clock.advance(100);
  expect((await result).outcome).toBe('current');
});

test('a mend that the watcher has not told is found before the failure is told', async () => {
  const { wait, save, work, clock } = await begin();
  work('build:api@1')?.fail(new RockpoolError({ code: 'BUILD_FAILED', subject: 'image/api', message: 'no' }));
  await settle();
  save('api:rp-2');
  const result = wait();
  await settle();
  await settle();
  work('build:api@2')?.succeed('api:rp-2');
  await settle();
  clock.advance(100);
  expect((await result).outcome).toBe('current');
});

test('a build that failed for what is saved now is told at once', async () => {
  const failure: Failure = { code: 'BUILD_FAILED', subject: 'image/api', message: 'no' };
  const { wait, work, session } = await begin({ refs: () => Promise.resolve({ api: { ref: 'pending' } }) });
  work('build:api@1')?.fail(new RockpoolError(failure));
  await settle();
  expect(session.state().images['api']?.failed?.ref).toBe('pending');
  expect(await wait()).toMatchObject({ outcome: 'failed', failures: [failure] });
});

test('a configuration, or manifests, that differ from those in force are read again', async () => {
  for (const over of [
    { inForce: () => ({ name: 'other' }) as Config },
    {
      config: () =>
        Promise.reject(new RockpoolError({ code: 'CONFIG_INVALID', subject: 'config', message: '' })),
    },
  ] satisfies Partial<FreshSources>[]) {
    const { wait, session, clock } = await live(over);
    const before = session.state().config.generation;
    const result = wait(50);
    await settle();
    expect(session.state().config.generation).toBe(before + 1);
    clock.advance(100);
    await settle();
    clock.advance(100);
    expect((await result).outcome).not.toBe('current');
  }
  const { wait, session, clock } = await live({
    manifests: () => Promise.resolve({ 'Service/shop/web': 'h' }),
  });
  const before = session.state().deploy.generation;
  const result = wait(50);
  await settle();
  expect(session.state().deploy.generation).toBeGreaterThan(before);
  clock.advance(100);
  expect((await result).outcome).toBe('timeout');
});

test('a watch of the cluster that lags is waited for', async () => {
  let lags: { lags?: string } = { lags: 'the cluster to tell of pod web-1' };
  const { wait, clock } = await live({ cluster: () => Promise.resolve(lags) });
  let done = false;
  const result = wait().finally(() => {
    done = true;
  });
  await settle();
  clock.advance(500);
  await settle();
  expect(done).toBe(false);
  lags = {};
  clock.advance(5000);
  expect((await result).outcome).toBe('current');
});

test('when the time is up it tells what it waits for', async () => {
  const { wait, clock } = await begin();
  const result = wait(5000);
  await settle();
  clock.advance(5000);
  expect(await result).toMatchObject({
    outcome: 'timeout',
    waitingFor: expect.arrayContaining(['image api to be built']),
  });
});

test('when the time is up it tells what is wrong by then, and each thing once', async () => {
  const { wait, clock, work } = await begin();
  const failure: Failure = { code: 'DOCKER_UNREACHABLE', subject: 'image/api', message: 'Docker is away.' };
  work('build:api@1')?.fail(new RockpoolError(failure));
  await settle();
  const result = wait(1000);
  await settle();
  clock.advance(1000);
  const { outcome, failures, waitingFor } = await result;
  expect({ outcome, failures }).toEqual({ outcome: 'timeout', failures: [failure] });
  expect(waitingFor.join()).not.toContain(failure.message);
});

test('the end of the session, an unknown name and an abort end it', async () => {
  const { wait, session } = await live();
  await expect(wait(10, 'wob')).rejects.toMatchObject({ failures: [{ code: 'NAME_UNKNOWN' }] });
  void session.close('q');
  await expect(wait()).rejects.toMatchObject({ failures: [{ code: 'SESSION_GONE' }] });
});
