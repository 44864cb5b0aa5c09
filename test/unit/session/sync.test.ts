import { describe, expect, test } from 'vitest';
import { isCurrent as isCurrentVerdict } from '../../../src/control/is-current.ts';
import { statusOf } from '../../../src/control/status.ts';
import { isCurrent } from '../../../src/diagnosis/readiness.ts';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { PAUSED } from '../../../src/session/plan-builds.ts';
import { config, pod, stamp } from '../../support/events.ts';

const built = (image: string, generation = 1, ref = `${image}:rp-${generation}`): EventBody => ({
  ...{ type: 'build.succeeded', image, generation, ref, skipped: false, durationMs: 1 },
});
const observed = (over: Parameters<typeof pod>[0] = {}): EventBody => ({
  type: 'pod.observed',
  pod: pod({ image: 'api:rp-1', ...over }),
});
const saved = (...synced: string[]): EventBody => ({
  ...{
    type: 'files.changed',
    images: { api: ['api/src/a.js'] },
    synced,
    manifests: [],
    config: [],
    count: 1,
  },
});
const target = 'uid-1/containerd://1';
const syncStarted = (generation: number): EventBody => ({
  ...{ type: 'sync.started', image: 'api', generation, targets: [target] },
});
const syncDone = (generation: number, ref = 'api:content-2'): EventBody => ({
  ...{ type: 'sync.succeeded', image: 'api', generation, ref, targets: [target], durationMs: 1 },
});
const syncFailed = (generation: number, lasting: boolean): EventBody => ({
  type: 'sync.failed',
  ...{ image: 'api', generation, lasting },
  failure: { code: 'SYNC_REFUSED', subject: 'image/api', message: 'no tar' },
});

const running: EventBody[] = [
  { type: 'config.loaded', generation: 1, config },
  { type: 'watch.started' },
  ...['base', 'web', 'api'].map((name) => built(name)),
  observed(),
];
const stateAfter = (...bodies: EventBody[]) => replay(stamp([...running, ...bodies]));
const keys = (...bodies: EventBody[]) =>
  [...plan(stateAfter(...bodies)).effects.keys()].filter((key) => /^(build|sync|renew)/.test(key));

describe('a save that fits the sync rules', () => {
  test('goes into the running containers instead of a build', () => {
    expect(keys(saved('api'))).toEqual([`sync:api@2:${target}`]);
    expect(keys(saved('api'), syncStarted(2), syncDone(2))).toEqual([]);
  });

  test('is built when another file changed with it', () => {
    expect(keys(saved())).toEqual(['build:api@2']);
  });

  test('is overtaken by the next one', () => {
    expect(keys(saved('api'), syncStarted(2), saved('api'))).toEqual([`sync:api@3:${target}`]);
    expect(keys(saved('api'), saved())).toEqual(['build:api@3']);
  });

  test('is live under its number once it is in all containers', () => {
    const images = (...bodies: EventBody[]) => stateAfter(...bodies).images.api?.refs;
    expect(images(saved('api'), syncStarted(2))).toEqual([{ ref: 'api:rp-1', generation: 1 }]);
    expect(images(saved('api'), syncStarted(2), syncDone(2))).toEqual([{ ref: 'api:rp-1', generation: 2 }]);
  });

  test('is told as syncing, then as live, in `status`', () => {
    const told = (...bodies: EventBody[]) => {
      const { images } = statusOf(stateAfter(...bodies), [], { events: 0, logs: 0 }, 0);
      return images.find(({ name }) => name === 'api')?.state;
    };
    expect(told(saved('api'), syncStarted(2))).toBe('syncing');
    expect(told(saved('api'), syncStarted(2), syncDone(2))).not.toBe('waiting');
  });

  test('is written again into a container that was started since, and is not current before', () => {
    const second = observed({ name: 'api-2', uid: 'uid-2', containerId: 'containerd://2' });
    const done = [saved('api'), syncStarted(2), syncDone(2)];
    expect(keys(...done, second)).toEqual(['sync:api@2:uid-2/containerd://2']);
    expect(isCurrent(stateAfter(...done, second), 'Deployment/shop/web')).toBe(false);
  });

  test('is built after all when the container that had it ended', () => {
    const done = [saved('api'), syncStarted(2), syncDone(2)];
    const [container] = pod({ image: 'api:rp-1' }).containers;
    const ended = { ...container!, state: 'waiting' as const, restarts: 1, reason: 'CrashLoopBackOff' };
    const crashed: EventBody = { type: 'pod.observed', pod: { ...pod(), containers: [ended] } };
    expect(keys(...done, crashed)).toEqual(['build:api@2']);
    expect(keys(...done, crashed, built('api', 2))).toEqual([]);
  });

  test('is built while no container runs, when others build on the image, or an init container uses it', () => {
    const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' };
    expect(keys(gone, saved('api'))).toEqual(['build:api@2']);
    const [container] = pod({ image: 'api:rp-1' }).containers;
    const init = { ...container!, name: 'init', kind: 'init' as const, state: 'terminated' as const };
    const both: EventBody = {
      type: 'pod.observed',
      pod: { ...pod({ image: 'api:rp-1' }), containers: [init, container!] },
    };
    expect(keys(both, saved('api'))).toEqual(['build:api@2']);
    const base = observed({ image: 'base:rp-1' });
    const ofBase: EventBody = { ...saved('base'), images: { base: ['base/a'] } } as EventBody;
    expect(keys(base, ofBase)).toEqual(['build:base@2']);
  });

  test('is built when it could not be written; further ones are tried again unless it would fail again', () => {
    expect(keys(saved('api'), syncFailed(2, false))).toEqual(['build:api@2']);
    const next = (lasting: boolean, then: EventBody) =>
      keys(saved('api'), syncFailed(2, lasting), built('api', 2), observed({ image: 'api:rp-2' }), then);
    expect(next(false, saved('api'))).toEqual([`sync:api@3:${target}`]);
    expect(next(true, saved('api'))).toEqual(['build:api@3']);
    expect(
      keys(
        ...[saved('api'), syncFailed(2, true), built('api', 2), observed({ image: 'api:rp-2' })],
        ...[saved(), built('api', 3), observed({ image: 'api:rp-3' }), saved('api')],
      ),
    ).toEqual([`sync:api@4:${target}`]);
  });

  test('waits while the session is paused, and says so', () => {
    const paused: EventBody[] = [{ type: 'session.paused' }, saved('api')];
    expect(keys(...paused)).toEqual([]);
    expect(plan(stateAfter(...paused)).holds).toContainEqual({ type: 'paused', what: 'api', reason: PAUSED });
  });

  test('is built when its container goes before it got the files', () => {
    const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' };
    expect(keys(saved('api'), gone)).toEqual(['build:api@2']);
    expect(keys(saved('api'), syncStarted(2), syncDone(2), gone)).toEqual([]);
  });

  test('is built in a pod that nothing owns, which would not come back', () => {
    const { owner: _, ...bare } = pod({ image: 'api:rp-1' });
    expect(keys({ type: 'pod.observed', pod: bare }, saved('api'))).toEqual(['build:api@2']);
  });

  test('is built when an image, a CronJob or an init container comes that needs it', () => {
    const done = [saved('api'), syncStarted(2), syncDone(2)];
    const images = config.images.map((image) =>
      image.name === 'web' ? { ...image, needs: ['api'] } : image,
    );
    const needed: EventBody = { type: 'config.loaded', generation: 2, config: { ...config, images } };
    const changed: EventBody = { ...saved(), images: {}, config: ['rockpool.yaml'] } as EventBody;
    expect(keys(...done, changed, needed)).toContain('build:api@3');
    const rendered: EventBody = {
      ...{ type: 'manifests.rendered', generation: 1, held: [], warnings: [] },
      resources: [{ key: 'CronJob/shop/tidy', file: 'k8s/tidy.yaml', images: ['api'], hash: 'h' }],
    };
    expect(keys(...done, rendered)).toEqual(['build:api@2']);
  });

  test('a build that has begun runs to its end, also when the container comes back meanwhile', () => {
    const [container] = pod({ image: 'api:rp-1' }).containers;
    const ended = { ...container!, state: 'terminated' as const, exitCode: 1 };
    const seen = (over: object): EventBody => ({
      type: 'pod.observed',
      pod: { ...pod(), containers: [{ ...container!, ...over }] },
    });
    const done = [saved('api'), syncStarted(2), syncDone(2), seen(ended)];
    const begun: EventBody = { type: 'build.started', image: 'api', generation: 2, ref: 'api:rp-2' };
    expect(keys(...done, begun, seen({ containerId: 'containerd://2' }))).toEqual(['build:api@2']);
  });
});

describe('what was synced', () => {
  const answered = (generation: number): EventBody => ({ type: 'sync.answered', image: 'api', generation });
  const all = (...bodies: EventBody[]) => [...plan(stateAfter(...bodies)).effects.keys()];
  const synced = [saved('api'), syncStarted(2), syncDone(2)];
  const waitsFor = (...bodies: EventBody[]) => {
    const verdict = isCurrentVerdict(stateAfter(...bodies), { now: 2000 });
    return verdict.is === 'waiting' ? verdict.for.join() : verdict.is;
  };

  test('is not live before the program was seen to answer', () => {
    expect(all(...synced)).toContain(`prove:api@2:${target}`);
    expect(waitsFor(...synced)).toContain('the program of api to answer after the sync');
    expect(all(...synced, answered(2))).not.toContain(`prove:api@2:${target}`);
    expect(waitsFor(...synced, answered(2))).not.toContain('to answer after the sync');
  });

  test('is asked again after the next save, and an answer to an older one does not count', () => {
    const next = [...synced, answered(2), saved('api'), syncStarted(3)];
    expect(waitsFor(...next, syncDone(3), answered(2))).toContain('to answer after the sync');
    expect(waitsFor(...next, answered(2))).toContain('the files of api to be synced');
  });

  test('is built when somebody else had the workload run another image', () => {
    const resource: EventBody = {
      ...{ type: 'manifests.rendered', generation: 1 },
      resources: [{ key: 'Deployment/shop/api', file: 'k8s/api.yaml', images: ['api'], hash: 'h' }],
      ...{ held: [], warnings: [] },
    };
    const workload = (image: string): EventBody => ({
      type: 'workload.observed',
      workload: {
        ...{ key: 'Deployment/shop/api', mine: true, rollout: 'complete', desired: 1, updated: 1, ready: 1 },
        images: [image],
      },
    });
    expect(keys(resource, workload('api:rp-1'), ...synced)).toEqual([]);
    expect(keys(resource, workload('api:rp-1'), ...synced, workload('api:other'))).toEqual(['build:api@2']);
  });
});

describe('containers whose files nobody knows', () => {
  const [container] = pod({ image: 'api:rp-1' }).containers;
  const written = { ...container!, synced: true as const };
  const left: EventBody = { type: 'pod.observed', pod: { ...pod(), containers: [written] } };

  test('are replaced when an earlier session wrote into them', () => {
    expect(keys(left)).toEqual(['renew:uid-1']);
    expect(keys(left, saved('api'))).toEqual(['renew:uid-1']);
    const verdict = isCurrentVerdict(stateAfter(left), { now: 2000 });
    expect(verdict).toMatchObject({
      is: 'waiting',
      for: expect.arrayContaining([expect.stringContaining('to be replaced')]),
    });
  });

  test('are replaced when a build gave the image that they were made from', () => {
    const done = [saved('api'), syncStarted(2), left, syncDone(2)];
    expect(keys(...done)).toEqual([]);
    expect(keys(...done, saved(), built('api', 3, 'api:rp-1'))).toEqual(['renew:uid-1']);
  });
});
