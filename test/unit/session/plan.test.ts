import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { anyEvent, config, filesChanged, pod, stamp } from '../../support/events.ts';

const loaded: EventBody = { type: 'config.loaded', generation: 1, config };
const started: EventBody = { type: 'watch.started' };
const failure = { code: 'B', subject: 's', message: 'm' };
const built = (image: string, generation = 1): EventBody => ({
  type: 'build.succeeded',
  image,
  generation,
  ref: `${image}:rp-${generation}`,
  skipped: false,
  durationMs: 1,
});

const planOf = (...bodies: EventBody[]) => plan(replay(stamp(bodies)));
const keys = (...bodies: EventBody[]) => [...planOf(...bodies).effects.keys()];

describe('plan', () => {
  test('never holds two builds of one image, whatever the order of events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (bodies) => {
        const images = [...planOf(...bodies).effects.values()].flatMap((e) =>
          e.type === 'build' ? [e.request.image] : [],
        );
        expect(new Set(images).size).toBe(images.length);
      }),
    );
  });

  test('plans a build only of the newest generation (or one that saves must not overtake), and never one that failed', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (bodies) => {
        const state = replay(stamp(bodies));
        for (const effect of plan(state).effects.values()) {
          if (effect.type !== 'build') continue;
          const image = state.images[effect.request.image];
          expect(effect.request.generation).toBe(image?.restless ?? image?.generation);
          expect(image?.failed?.generation).not.toBe(effect.request.generation);
        }
      }),
    );
  });

  test('holds nothing once the session is stopping', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (bodies) => {
        expect(keys(...bodies, { type: 'session.stopping', reason: 'q' })).toEqual([]);
      }),
    );
  });

  test('what was saved with rockpool.yaml waits until that is read, or is found to be wrong', () => {
    const saved = filesChanged({ images: { api: ['a'] }, manifests: ['m'], config: ['rockpool.yaml'] });
    const reading = [loaded, started, built('base'), built('web'), built('api'), saved];
    const work = (...more: EventBody[]) =>
      keys(...reading, ...more).filter((key) => /^(build|deploy|config)/.test(key));
    expect(work()).toEqual(['config@2']);
    expect(planOf(...reading).holds).toContainEqual({
      type: 'sources',
      what: 'api',
      reason: 'reading rockpool.yaml',
    });
    expect(work({ type: 'config.loaded', generation: 2, config })).toEqual(['build:api@2', 'deploy@6']);
    expect(work({ type: 'config.failed', generation: 2, failures: [failure] })).toEqual([
      'build:api@2',
      'deploy@5',
    ]);
    expect(work({ type: 'effect.crashed', effect: 'config@2', message: 'm' })).toEqual([
      'build:api@2',
      'deploy@5',
    ]);
  });

  test('begins by reading the config, and nothing else', () => {
    expect(keys()).toEqual(['config@1']);
  });

  test('does not build before the sources are watched, and says so', () => {
    const { effects, holds } = planOf(loaded);
    expect([...effects.keys()].filter((key) => key.startsWith('build'))).toEqual([]);
    expect(holds.find((hold) => hold.what === 'api')).toMatchObject({ type: 'sources' });
  });

  test('builds independent images at once; one that needs another waits for it', () => {
    const { effects, holds } = planOf(loaded, started);
    expect([...effects.keys()].filter((key) => key.startsWith('build'))).toEqual([
      'build:base@1',
      'build:api@1',
    ]);
    expect(holds).toContainEqual({ type: 'image', what: 'web', reason: 'waiting for image base' });
  });

  test('gives a build the refs of the images it needs', () => {
    const effect = planOf(loaded, started, built('base')).effects.get('build:web@1');
    expect(effect).toMatchObject({ request: { image: 'web', refs: { base: 'base:rp-1' } } });
  });

  test('says that an image waits for one that does not build', () => {
    const { holds } = planOf(loaded, started, {
      type: 'build.failed',
      image: 'base',
      generation: 1,
      failure,
    });
    expect(holds).toContainEqual({ type: 'failed-image', what: 'web', reason: 'image base does not build' });
  });

  test('does not try a broken build again until the next save', () => {
    const broken: EventBody = { type: 'build.failed', image: 'api', generation: 1, failure };
    expect(keys(loaded, started, broken)).not.toContain('build:api@1');
    expect(keys(loaded, started, broken, filesChanged({ images: { api: ['a'] } }))).toContain('build:api@2');
  });

  test('deploys at once what needs no image, and again when an image is built', () => {
    expect(keys(loaded, started)).toContain('deploy@1');
    const effect = planOf(loaded, started, built('api')).effects.get('deploy@2');
    expect(effect).toMatchObject({ request: { refs: { api: 'api:rp-1' } } });
  });

  test('a git checkout holds builds that have not begun', () => {
    const held: EventBody = { type: 'watch.held', reason: 'git checkout in progress' };
    const { effects, holds } = planOf(loaded, started, held);
    expect([...effects.keys()].filter((key) => key.startsWith('build'))).toEqual([]);
    expect(holds).toContainEqual({ type: 'git', what: 'api', reason: 'git checkout in progress' });
    expect(keys(loaded, started, held, { type: 'watch.released' })).toContain('build:api@1');
  });

  test('reads the log of each container instance of the session until it was read to its end', () => {
    const seen: EventBody = { type: 'pod.observed', pod: pod() };
    expect(keys(loaded, seen)).toContain('logs:uid-1/containerd://1');
    expect(keys(loaded, seen, { type: 'logs.ended', target: 'uid-1/containerd://1' })).not.toContain(
      'logs:uid-1/containerd://1',
    );
  });

  test('asks a pod that runs and is not said to be ready, where it can ask as the kubelet does', () => {
    const [container] = pod().containers;
    const waiting = (over: Partial<NonNullable<typeof container>>): EventBody => ({
      type: 'pod.observed',
      pod: pod({ ready: false, containers: [{ ...container!, ready: false, ...over }] }),
    });
    const probes = (...bodies: EventBody[]) =>
      keys(loaded, ...bodies).filter((key) => key.startsWith('probe'));
    const probe = { kind: 'http', port: 80, path: '/' } as const;
    expect(probes(waiting({ probe }))).toHaveLength(1);
    expect(probes(waiting({}))).toEqual([]);
    expect(probes(waiting({ probe, state: 'waiting' }))).toEqual([]);
    expect(probes({ type: 'pod.observed', pod: pod() })).toEqual([]);
  });

  test('tries again by itself what failed for a reason that may pass, and only that', () => {
    const failed = (code: string): EventBody[] => [
      loaded,
      started,
      { type: 'build.failed', image: 'api', generation: 1, failure: { ...failure, code } },
      { type: 'deploy.failed', generation: 1, failures: [{ ...failure, code }] },
      { type: 'forward.failed', forward: 'service/web:80', failure: { ...failure, code } },
    ];
    const retries = (...bodies: EventBody[]) => keys(...bodies).filter((key) => key.startsWith('retry'));
    expect(retries(...failed('BUILD_FAILED'))).toEqual([]);
    expect(retries(...failed('CLUSTER_LOST'))).toEqual([
      'retry:deploy:@1',
      'retry:image:api@1',
      'retry:forward:service/web:80@0',
    ]);
    const again = keys(
      ...failed('CLUSTER_LOST'),
      { type: 'retry.due', what: 'image', name: 'api' },
      { type: 'retry.due', what: 'deploy', name: '' },
      { type: 'retry.due', what: 'forward', name: 'service/web:80' },
    );
    expect(again).toEqual(
      expect.arrayContaining(['build:api@2', 'deploy@2', 'forward:shop/service/web:80:8080']),
    );
  });

  describe('while the apiserver is lost', () => {
    const lost: EventBody = {
      type: 'cluster.lost',
      failure: {
        code: 'CLUSTER_LOST',
        subject: 'cluster',
        message: 'the apiserver at https://192.168.49.2:8443 does not answer: connect ECONNREFUSED',
      },
    };
    const deploysOf = (...bodies: EventBody[]) => keys(...bodies).filter((key) => key.includes('deploy'));
    const waiting = {
      type: 'cluster',
      what: 'manifests',
      reason: 'waiting for the apiserver at https://192.168.49.2:8443',
    };
    const failed: EventBody = {
      type: 'deploy.failed',
      generation: 1,
      failures: [{ ...failure, code: 'CLUSTER_LOST' }],
    };

    test('a deploy is held and builds go on; it is done at once when the apiserver is found', () => {
      expect(deploysOf(loaded, started)).toEqual(['deploy@1']);
      expect(deploysOf(loaded, started, lost)).toEqual([]);
      expect(planOf(loaded, started, lost).holds).toContainEqual(waiting);
      expect(keys(loaded, started, lost)).toContain('build:api@1');
      expect(deploysOf(loaded, started, lost, { type: 'cluster.found' })).toEqual(['deploy@1']);
    });

    test('one that failed because of it is not tried again blindly', () => {
      expect(deploysOf(loaded, started, failed, lost)).toEqual([]);
      expect(planOf(loaded, started, failed, lost).holds).toContainEqual(waiting);
      expect(deploysOf(loaded, started, failed, lost, { type: 'cluster.found' })).toEqual(['deploy@2']);
    });

    test('nothing waits when there is nothing to deploy, or when it is broken by itself', () => {
      const done: EventBody = { type: 'deploy.succeeded', generation: 1, durationMs: 1 };
      const broken: EventBody = { type: 'deploy.failed', generation: 1, failures: [failure] };
      for (const event of [done, broken]) {
        expect(planOf(loaded, started, event, lost).holds).not.toContainEqual(waiting);
      }
    });
  });

  test('says what an image waits for whose build found no Docker daemon', () => {
    const message = 'The Docker daemon at 192.168.49.2:2376 does not answer: connect ECONNREFUSED.';
    const unreachable = { code: 'DOCKER_UNREACHABLE', subject: 'image/api', message };
    const holds = planOf(loaded, started, {
      type: 'build.failed',
      image: 'api',
      generation: 1,
      failure: unreachable,
    }).holds;
    expect(holds).toContainEqual({
      type: 'docker',
      what: 'api',
      reason: 'waiting for the Docker daemon at 192.168.49.2:2376; tried again every 3 s',
    });
  });

  test('does not start again what crashed, and keeps the rest', () => {
    const crashed = keys(loaded, { type: 'effect.crashed', effect: 'observe:shop', message: 'boom' });
    expect(crashed).not.toContain('observe:shop');
    expect(crashed).toContain('watch@s1');
  });
});
