import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState, type SessionState } from '../../../src/session/state.ts';
import { anyEvent, config, filesChanged, pod, stamp } from '../../support/events.ts';

const fold = (...bodies: EventBody[]): SessionState => replay(stamp(bodies));
const loaded: EventBody = { type: 'config.loaded', generation: 1, config };
const built = (image: string, generation: number, ref: string): EventBody => ({
  type: 'build.succeeded',
  image,
  generation,
  ref,
  skipped: false,
  durationMs: 1,
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

describe('reduce', () => {
  test('mutates nothing and throws nothing, whatever the order of events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (bodies) => {
        let state = deepFreeze(initialState);
        for (const event of stamp(bodies)) state = deepFreeze(reduce(state, deepFreeze(event)));
      }),
    );
  });

  test.each<[string, EventBody]>([
    ['a result of a superseded build', built('web', 7, 'web:rp-7')],
    ['a build of an image the project has not', built('nope', 1, 'nope:rp-1')],
    ['a change that concerns nobody', filesChanged({})],
    ['a deleted Service that was never seen', { type: 'service.deleted', namespace: 'shop', name: 'web' }],
    ['the end of a log that nobody reads', { type: 'logs.ended', target: 'uid/none' }],
    ['the cluster found while it was not lost', { type: 'cluster.found' }],
  ])('returns the same reference for %s', (_name, body) => {
    const state = fold(loaded);
    expect(reduce(state, stamp([body])[0]!)).toBe(state);
  });

  test('a save raises the generation of the images whose files changed, and of no other', () => {
    const { images } = fold(loaded, filesChanged({ images: { web: ['web/a.js'] } }));
    expect(images['web']).toMatchObject({ generation: 2, changedFiles: ['web/a.js'] });
    expect(images['api']?.generation).toBe(1);
  });

  test('a new base image raises the images built from it; the same base does not', () => {
    const up = [loaded, built('base', 1, 'base:rp-1'), built('web', 1, 'web:rp-1')];
    const same = fold(...up, filesChanged({ images: { base: ['x'] } }), built('base', 2, 'base:rp-1'));
    expect(same.images['web']?.generation).toBe(1);
    const other = fold(...up, filesChanged({ images: { base: ['x'] } }), built('base', 2, 'base:rp-2'));
    expect(other.images['web']?.generation).toBe(2);
  });

  test('only a new ref asks for a deploy', () => {
    const up = fold(loaded, built('api', 1, 'api:rp-1'));
    const again = fold(
      loaded,
      built('api', 1, 'api:rp-1'),
      filesChanged({ images: { api: ['x'] } }),
      built('api', 2, 'api:rp-1'),
    );
    expect(again.deploy.generation).toBe(up.deploy.generation);
  });

  test('a failed build keeps the last good ref deployed', () => {
    const state = fold(loaded, built('api', 1, 'api:rp-1'), filesChanged({ images: { api: ['x'] } }), {
      type: 'build.failed',
      image: 'api',
      generation: 2,
      failure: { code: 'B', subject: 's', message: 'm' },
    });
    expect(state.deploy.refs['api']).toBe('api:rp-1');
    expect(state.images['api']).toMatchObject({ built: { generation: 1 }, failed: { generation: 2 } });
  });

  test('a bad rockpool.yaml leaves the last good one in force', () => {
    const state = fold(loaded, filesChanged({ config: ['rockpool.yaml'] }), {
      type: 'config.failed',
      generation: 2,
      failures: [{ code: 'C', subject: 'config', message: 'm' }],
    });
    expect(state.config).toMatchObject({ loaded: 1, failedGeneration: 2, current: config });
  });

  test('a reloaded configuration builds anew only what it changes', () => {
    const again = (next: typeof config): SessionState =>
      fold(loaded, filesChanged({ config: ['rockpool.yaml'] }), {
        type: 'config.loaded',
        generation: 2,
        config: next,
      });
    const generations = (state: SessionState) => Object.values(state.images).map((image) => image.generation);
    expect(generations(again(config))).toEqual([1, 1, 1]);
    const [base, ...rest] = config.images;
    expect(generations(again({ ...config, images: [{ ...base!, inputs: 'i2' }, ...rest] }))).toEqual([
      2, 1, 1,
    ]);
    expect(generations(again({ ...config, sources: 's2' }))).toEqual([1, 1, 1]);
  });

  test('a deploy that failed while the cluster was away is tried again when it is back', () => {
    const lost: EventBody[] = [
      loaded,
      { type: 'deploy.failed', generation: 1, failures: [] },
      { type: 'cluster.lost', failure: { code: 'L', subject: 'cluster', message: 'm' } },
    ];
    expect(fold(...lost, { type: 'cluster.found' }).deploy.generation).toBe(2);
  });

  test('a log target outlives its pod until its last line was read', () => {
    const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' };
    const open = fold({ type: 'pod.observed', pod: pod() }, gone);
    expect(Object.keys(open.targets)).toEqual(['uid-1/containerd://1']);
    const read = fold({ type: 'pod.observed', pod: pod() }, gone, {
      type: 'logs.ended',
      target: 'uid-1/containerd://1',
    });
    expect(read.targets).toEqual({});
  });

  test('a new container instance is a new target, and the old one is dropped once read', () => {
    const restarted = pod({ containerId: 'containerd://2' });
    const events: EventBody[] = [
      { type: 'pod.observed', pod: pod() },
      { type: 'pod.observed', pod: restarted },
    ];
    expect(Object.keys(fold(...events).targets)).toEqual(['uid-1/containerd://1', 'uid-1/containerd://2']);
    const read = fold(...events, { type: 'logs.ended', target: 'uid-1/containerd://1' });
    expect(Object.keys(read.targets)).toEqual(['uid-1/containerd://2']);
  });

  test('logs of pods that are not of this session are not read', () => {
    expect(fold({ type: 'pod.observed', pod: pod({ mine: false }) }).targets).toEqual({});
  });

  test('what a pod answered to us stands until the kubelet agrees or its containers change', () => {
    const waiting = pod({ ready: false });
    const answered: EventBody = {
      type: 'pod.answered',
      namespace: 'shop',
      name: 'web-1',
      uid: 'uid-1',
      instances: 'containerd://1 running',
    };
    const seen: EventBody = { type: 'pod.observed', pod: waiting };
    const ready = (...bodies: EventBody[]) => fold(...bodies).pods['shop/web-1']?.ready;
    expect(ready(seen)).toBe(false);
    expect(ready(seen, answered)).toBe(true);
    expect(ready(seen, answered, seen)).toBe(true);
    expect(
      ready(seen, answered, {
        type: 'pod.observed',
        pod: pod({ ready: false, containerId: 'containerd://2' }),
      }),
    ).toBe(false);
    expect(ready(seen, answered, { type: 'pod.observed', pod: pod() }, seen)).toBe(false);
    expect(ready(seen, { ...answered, uid: 'uid-2' })).toBe(false);
  });

  test('a pod of the same name with another uid is another pod', () => {
    const state = fold(
      { type: 'pod.observed', pod: pod({ uid: 'uid-2' }) },
      { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' },
    );
    expect(state.pods['shop/web-1']?.uid).toBe('uid-2');
  });
});
