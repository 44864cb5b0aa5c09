import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/session/event-log.ts';
import type { EventBody, SessionEvent } from '../../../src/session/events.ts';
import { plan } from '../../../src/session/plan.ts';
import { config, filesChanged, pod } from '../../support/events.ts';

const REF = 'web:rp-1';
const built = (image: string, generation: number): EventBody => ({
  type: 'build.succeeded',
  image,
  generation,
  ref: `${image}:rp-1`,
  skipped: true,
  durationMs: 1,
});
const waiting = (uid: string, createdAt: number, over: Parameters<typeof pod>[0] = {}): EventBody => {
  const [container] = pod().containers;
  return {
    type: 'pod.observed',
    pod: pod({
      uid,
      createdAt: createdAt * 1000,
      name: uid,
      phase: 'Pending',
      ready: false,
      containers: [{ ...container!, image: REF, state: 'waiting', reason: 'ImagePullBackOff', ready: false }],
      ...over,
    }),
  };
};
const gone: EventBody = { type: 'image.gone', image: 'web', ref: REF };
const woken = (generation: number, ...pods: string[]): EventBody => ({
  type: 'pods.woken',
  image: 'web',
  generation,
  pods,
});

/** Facts with the second at which each came. */
type Story = readonly (readonly [seconds: number, body: EventBody])[];
/** web and its base are built at second 100. */
const begun: Story = [
  [99, { type: 'config.loaded', generation: 1, config }],
  [99, { type: 'watch.started' }],
  [100, built('base', 1)],
  [100, built('web', 1)],
];

const stateAfter = (...story: Story) =>
  replay(
    [...begun, ...story].map(([at, body], index): SessionEvent => {
      return { v: 1, seq: index + 1, at: at * 1000, ...body };
    }),
  );
const keys = (...story: Story) =>
  [...plan(stateAfter(...story)).effects.keys()].filter((key) => /^(miss|wake|build:(base|web))/.test(key));

describe('a pod that waits for an image of this session', () => {
  test.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'])(
    'with %s has it built again, with all that it is built on',
    (reason) => {
      const [container] = pod().containers;
      const containers = [{ ...container!, image: REF, state: 'waiting' as const, reason }];
      expect(keys([200, waiting('p', 190, { containers })])).toEqual(['miss:web@1:0']);
      const { images } = stateAfter([200, waiting('p', 190)], [201, gone]);
      expect([images.web?.generation, images.base?.generation, images.api?.generation]).toEqual([2, 2, 1]);
      expect(keys([200, waiting('p', 190)], [201, gone])).toEqual(['build:base@2']);
      expect(keys([200, waiting('p', 190)], [201, gone], [202, built('base', 2)])).toEqual(['build:web@2']);
    },
  );

  test('is looked at again by the kubelet once the image is there, and left in peace after that', () => {
    const story: Story = [
      [200, waiting('p', 190)],
      [201, gone],
      [202, built('base', 2)],
      [203, built('web', 2)],
    ];
    expect(keys(...story)).toEqual(['wake:web@2:p']);
    const [effect] = [...plan(stateAfter(...story)).effects.values()].filter((e) => e.type === 'wakePods');
    expect(effect).toMatchObject({ generation: 2, pods: [{ name: 'p' }] });
    expect(
      keys(
        ...story,
        [204, woken(2, 'p')],
        [205, { type: 'pod.observed', pod: pod({ uid: 'p', name: 'p' }) }],
      ),
    ).toEqual(keys());
  });

  test('since before the session only has to be looked at again; it is built anew if that was of no use', () => {
    expect(keys([101, waiting('p', 50)])).toEqual(['wake:web@1:p']);
    expect(keys([101, waiting('p', 50)], [102, woken(1, 'p')])).toEqual(['miss:web@1:112000']);
    expect(keys([101, waiting('p', 50)], [102, woken(1, 'p')], [103, waiting('q', 60)])).toEqual([
      'wake:web@1:q',
    ]);
  });

  test('in vain is served once a minute, and after three times every ten minutes', () => {
    const round = (at: number, generation: number): Story => [
      [at, gone],
      [at + 1, built('base', generation)],
      [at + 2, built('web', generation)],
      [at + 3, woken(generation, 'p')],
    ];
    const first: Story = [[200, waiting('p', 190)], ...round(200, 2)];
    expect(keys(...first)).toEqual(['miss:web@2:260000']);
    const second: Story = [...first, ...round(260, 3)];
    expect(keys(...second)).toEqual(['miss:web@3:320000']);
    const third: Story = [...second, ...round(320, 4)];
    expect(keys(...third)).toEqual(['miss:web@4:920000']);
    // Long after that it is another story.
    expect(keys(...third, ...round(2000, 5))).toEqual(['miss:web@5:2060000']);
  });
});

describe('nothing is built again for', () => {
  const [container] = pod().containers;
  test.each<[string, Story]>([
    ['a pod of others', [[200, waiting('p', 190, { mine: false })]]],
    ['a pod that is being deleted', [[200, waiting('p', 190, { deleting: true })]]],
    ['a pod that has ended', [[200, waiting('p', 190, { phase: 'Failed' })]]],
    [
      'a pod that waits for another image',
      [
        [
          200,
          waiting('p', 190, {
            containers: [{ ...container!, image: 'node:24', state: 'waiting', reason: 'ErrImagePull' }],
          }),
        ],
      ],
    ],
    [
      'a pod that waits for something else',
      [
        [
          200,
          waiting('p', 190, {
            containers: [{ ...container!, image: REF, state: 'waiting', reason: 'CrashLoopBackOff' }],
          }),
        ],
      ],
    ],
    [
      'an image of a session that was taken over',
      [
        [200, waiting('p', 190)],
        [200, { type: 'lease.lost', holder: 'ann' }],
      ],
    ],
  ])('%s', (_, story) => {
    expect(keys(...story)).toEqual(keys());
  });

  test('an older ref: the rollout of the newer one replaces its pods', () => {
    const saved: Story = [
      [150, filesChanged({ images: { web: ['a.js'] } })],
      [151, { ...built('web', 2), ref: 'web:rp-2' } as EventBody],
    ];
    expect(keys(...saved, [200, waiting('p', 190)])).toEqual([]);
    expect(stateAfter(...saved, [200, gone]).images.web?.generation).toBe(2);
  });
});
