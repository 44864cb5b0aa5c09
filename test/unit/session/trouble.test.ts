import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { PodObserved, WarningObserved } from '../../../src/session/observed.ts';
import { plan } from '../../../src/session/plan.ts';
import { config, pod, stamp } from '../../support/events.ts';

const loaded: EventBody = { type: 'config.loaded', generation: 1, config };
const observed = (one: PodObserved): EventBody => ({ type: 'pod.observed', pod: one });
const warned = (over: Partial<WarningObserved>): EventBody => ({
  type: 'warning.observed',
  warning: {
    ...{
      about: 'Pod/shop/web-1',
      uid: 'uid-1',
      reason: 'Failed',
      message: 'no',
      source: 'kubelet',
      count: 1,
    },
    ...{ at: 1, ...over },
  },
});
const stateOf = (...bodies: EventBody[]) => replay(stamp([loaded, ...bodies]));
const keysOf = (...bodies: EventBody[]) => [...plan(stateOf(...bodies)).effects.keys()];

/** A pod whose container has ended with that code. */
function crashed(containerId: string, exitCode = 1, over: Partial<PodObserved> = {}): PodObserved {
  const one = pod(over);
  const ended = { containerId, exitCode, at: 0 };
  return { ...one, containers: one.containers.map((container) => ({ ...container, ended })) };
}

describe('last words of crashed containers', () => {
  test('are read once for each instance', () => {
    const read: EventBody = { type: 'crash.read', target: 'uid-1/c1', lines: [] };
    expect(keysOf(observed(crashed('c1')))).toContain('crash:uid-1/c1');
    expect(keysOf(observed(crashed('c1')), read)).not.toContain('crash:uid-1/c1');
    expect(keysOf(observed(crashed('c1')), read, observed(crashed('c2')))).toContain('crash:uid-1/c2');
  });

  test.each([
    ['of those that ended well', crashed('c1', 0)],
    ['of pods of others', crashed('c1', 1, { mine: false })],
    ['of pods on their way out', crashed('c1', 1, { deleting: true })],
  ])('not %s', (_, one) => {
    expect(keysOf(observed(one)).filter((key) => key.startsWith('crash:'))).toEqual([]);
  });

  test('a crowd is asked a few at a time, and forgotten with its pods', () => {
    const crowd = Array.from({ length: 50 }, (_, n) => crashed('c', 1, { name: `web-${n}`, uid: `u${n}` }));
    const keys = keysOf(...crowd.map(observed)).filter((key) => key.startsWith('crash:'));
    expect(keys).toHaveLength(5);
    const read: EventBody = { type: 'crash.read', target: 'u1/c', lines: ['x'] };
    const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'u1' };
    expect(stateOf(...crowd.map(observed), read).crashes).toEqual({ 'u1/c': ['x'] });
    expect(stateOf(...crowd.map(observed), read, gone).crashes).toEqual({});
  });
});

describe('a pod that no scheduler looks at', () => {
  const neglected = pod({ phase: 'Pending', ready: false, scheduler: 'mine' });
  const overlooked: EventBody = { type: 'pod.overlooked', namespace: 'shop', name: 'web-1', uid: 'uid-1' };

  test('is waited for, and then told', () => {
    expect(keysOf(observed(neglected))).toContain('place:uid-1:scheduler');
    expect(keysOf(observed(neglected), overlooked)).not.toContain('place:uid-1:scheduler');
    expect(stateOf(observed(neglected), overlooked, observed(neglected)).pods['shop/web-1']?.overlooked).toBe(
      true,
    );
  });

  test('so is one whose volumes are being made', () => {
    const unbound = pod({ phase: 'Pending', ready: false, reason: 'Unschedulable', claims: ['data'] });
    expect(keysOf(observed(unbound))).toContain('place:uid-1:volumes');
    expect(stateOf(observed(unbound), overlooked, observed(unbound)).pods['shop/web-1']?.overlooked).toBe(
      true,
    );
  });

  test('no longer when one does', () => {
    const { scheduler: _, ...seen } = neglected;
    expect(keysOf(observed(neglected), observed(seen))).not.toContain('place:uid-1:scheduler');
    expect(stateOf(observed(neglected), overlooked, observed(seen)).pods['shop/web-1']).not.toHaveProperty(
      'overlooked',
    );
  });
});

describe('warnings', () => {
  test('the same words about a pod of another name are one that comes again', () => {
    const about = { about: 'ReplicaSet/shop/web-5d', reason: 'FailedCreate' };
    const state = stateOf(
      warned({ ...about, message: 'pods "web-5d-a" is forbidden: quota', at: 1 }),
      warned({
        ...about,
        message: '(combined from similar events): pods "web-5d-b" is forbidden: quota',
        at: 2,
      }),
    );
    expect(state.warnings['ReplicaSet/shop/web-5d']).toHaveLength(1);
  });

  test('are bounded, of each object and in all, newest last', () => {
    const many = Array.from({ length: 20 }, (_, n) => warned({ message: `${n}`, at: n }));
    const kept = stateOf(...many).warnings['Pod/shop/web-1'];
    expect(kept?.map(({ message }) => message)).toEqual(['12', '13', '14', '15', '16', '17', '18', '19']);
    const objects = Array.from({ length: 400 }, (_, n) => warned({ about: `Pod/shop/p-${n}` }));
    expect(Object.keys(stateOf(...objects).warnings)).toHaveLength(300);
  });

  test('that pods could not be made are over when one was made later', () => {
    const refused = { reason: 'FailedCreate', at: 5000 };
    const set = warned({ about: 'ReplicaSet/shop/web-5d', ...refused });
    const own = warned({ about: 'StatefulSet/shop/db', ...refused });
    const made = (createdAt: number) => [
      observed(pod({ name: 'web-5d-x', uid: 'a', createdAt })),
      observed(pod({ name: 'db-0', uid: 'b', owner: 'StatefulSet/shop/db', createdAt })),
    ];
    const left = (createdAt: number) =>
      Object.values(stateOf(set, own, ...made(createdAt)).warnings).flat().length;
    expect([left(4000), left(5000), left(6000)]).toEqual([2, 2, 0]);
  });

  test('of a pod go with it; those of its successor under the same name stay', () => {
    const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' };
    expect(stateOf(warned({}), gone).warnings).toEqual({});
    expect(Object.keys(stateOf(warned({}), warned({ uid: 'uid-2' }), gone).warnings)).toEqual([
      'Pod/shop/web-1',
    ]);
  });
});

test('what a pod answered to us stands until the kubelet says later that it does not', () => {
  const seen = observed(pod({ ready: false }));
  const answered: EventBody = {
    ...{ type: 'pod.answered', namespace: 'shop', name: 'web-1', uid: 'uid-1' },
    instances: 'containerd://1 running',
  };
  const contradicted = (at: number) =>
    stateOf(seen, answered, warned({ message: 'Readiness probe failed: refused', at })).pods['shop/web-1'];
  expect(contradicted(900)?.ready).toBe(true);
  expect(contradicted(2000)?.ready).toBe(false);
  expect(contradicted(2000)).not.toHaveProperty('answered');
});

test('a port that refuses is known until it answers or its pod is gone', () => {
  const about = { namespace: 'shop', pod: 'web-1', uid: 'uid-1', port: 80 };
  const refused: EventBody = {
    type: 'port.refused',
    forward: 'service/web:80',
    message: 'refused',
    ...about,
  };
  expect(Object.keys(stateOf(refused).refusedPorts)).toEqual(['uid-1:80']);
  expect(stateOf(refused, { type: 'port.answered', ...about }).refusedPorts).toEqual({});
  expect(
    stateOf(observed(pod()), refused, { type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' })
      .refusedPorts,
  ).toEqual({});
});

test('nodes of the cluster are observed beside the namespaces', () => {
  expect(keysOf()).toEqual(expect.arrayContaining(['observe:cluster', 'observe:shop']));
});
