import { describe, expect, test } from 'vitest';
import { type CurrentQuestion, isCurrent } from '../../../src/control/is-current.ts';
import type { EventBody } from '../../../src/session/events.ts';
import {
  applied,
  building,
  built,
  container,
  deployed,
  failure,
  loaded,
  pod,
  rendered,
  START,
  type Story,
  saved,
  started,
  stateAfter,
  WEB,
  webPod,
  workload,
} from '../ui/builders.ts';

const probed = (generation: number) =>
  container({
    image: `shop/web:rp-${generation}`,
    probes: { readiness: { asks: 'GET :80/', threshold: 3 } },
  });
const only = {
  images: [{ name: 'shop/web', context: 'web', dockerfile: 'web/Dockerfile', needs: [], inputs: 'i' }],
};
const good = (generation: number): EventBody => webPod(generation, { containers: [probed(generation)] });
const appliedAt = (revision: number): EventBody => ({ ...applied(WEB), revision }) as EventBody;
const whole = (revision: number, generation: number, over = {}): EventBody =>
  workload(WEB, { images: [`shop/web:rp-${generation}`], revision, ...over });

/** Web is up in generation 1. */
const up: Story = [
  [0, started],
  [0, loaded(only)],
  [0.1, { type: 'watch.started' }],
  [0.1, { type: 'forward.opened', forward: 'service/web:80', port: 8080 }],
  [0.2, building('shop/web', 1)],
  [0.6, built('shop/web', 1)],
  [0.8, rendered({ [WEB]: ['shop/web'] })],
  [0.9, appliedAt(1)],
  [1, deployed(2)],
  [2, good(1)],
  [2, whole(1, 1)],
];

/** Generation 2 is built and applied; what the cluster does about it is each row's own. */
const rolling: Story = [
  ...up,
  [10, saved('shop/web', 'a.js')],
  [10.1, building('shop/web', 2)],
  [10.4, built('shop/web', 2)],
  [10.5, rendered({ [WEB]: ['shop/web'] })],
  [10.6, appliedAt(2)],
  [10.7, deployed(3)],
];
const gone: EventBody = { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-1', uid: 'uid-1' };
const crashed = (generation: number, over = {}): EventBody =>
  webPod(generation, {
    ready: false,
    containers: [
      container({
        image: `shop/web:rp-${generation}`,
        state: 'waiting',
        reason: 'CrashLoopBackOff',
        exitCode: 1,
        ready: false,
        ...over,
      }),
    ],
  });
const JOB = 'Job/shop/migrate';
/** A Job whose first pod has ended with an error. */
const jobStory = (over: object): Story => [
  ...up.slice(0, 6),
  [0.8, rendered({ [JOB]: [] })],
  [0.9, applied(JOB)],
  [1, deployed(2)],
  [2, workload(JOB, { revision: 1, images: [], ...over })],
  [
    2,
    webPod(1, {
      ...{ name: 'migrate-1', uid: 'm1', owner: JOB, phase: 'Failed', ready: false },
      containers: [container({ image: 'tool:1', state: 'terminated', exitCode: 1, ready: false })],
    }),
  ],
];
const unprobed = webPod(2, {
  createdAt: START + 18_700,
  containers: [container({ image: 'shop/web:rp-2' })],
});
const slow = webPod(2, { createdAt: START + 15_000, containers: [container({ image: 'shop/web:rp-2' })] });

const unready = (startedAt: number, over = {}): EventBody =>
  webPod(2, {
    ready: false,
    containers: [{ ...probed(2), ready: false, startedAt: START + startedAt * 1000, ...over }],
  });
/** The kubelet's word on a probe of the pod of generation 2. */
const unhealthy = (message: string): EventBody => ({
  type: 'warning.observed',
  warning: {
    ...{ about: 'Pod/shop/web-7d9f8c6b5-2', uid: 'uid-2', container: 'web' },
    ...{ reason: 'Unhealthy', source: 'kubelet', message, count: 5, at: START + 19_000 },
  },
});
const answered = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503');
const refused = unhealthy('Readiness probe failed: dial tcp 10.0.0.1:80: connect: connection refused');
const rollingOut = whole(2, 2, { rollout: 'progressing' });
const SERVICE = 'Service/shop/web';
/** All is up, and a Service that was applied leads nowhere. */
const astray = (deployedAt: number): Story => [
  ...up.slice(0, 6),
  [0.8, rendered({ [WEB]: ['shop/web'], [SERVICE]: [] })],
  [0.9, appliedAt(1)],
  [deployedAt, deployed(2)],
  [2, good(1)],
  [2, whole(1, 1, { podLabels: { app: 'web' } })],
  [
    2,
    {
      type: 'service.observed',
      service: { namespace: 'shop', name: 'web', selector: { app: 'wob' }, ports: [] },
    },
  ],
];

const rows: readonly [
  name: string,
  story: Story,
  is: string,
  about?: RegExp | undefined,
  question?: Partial<CurrentQuestion>,
][] = [
  ['nothing is known yet', [[0, started]], 'waiting', /configuration/],
  ['all is up', up, 'current'],
  ['a save came', [...up, [10, saved('shop/web', 'a.js')]], 'waiting', /whose build has not begun/],
  ['it is being built', rolling.slice(0, 13), 'waiting', /shop\/web to be built/],
  ['it is built and not applied', rolling.slice(0, 14), 'waiting', /manifests to be applied/],
  ['it is applied, and the cluster tells of the older one only', rolling, 'waiting', /how web is now/],
  [
    'its controller has not seen it',
    [...rolling, [11, whole(2, 2, { rollout: 'progressing', reason: 'waiting for its controller' })]],
    'waiting',
    /controller/,
  ],
  [
    'the rollout is complete, and of its pods nothing was told',
    [...rolling, [11, whole(2, 2)]],
    'waiting',
    /an old pod/,
  ],
  [
    'the old pod goes, and of the new one nothing was told',
    [...rolling, [11, whole(2, 2)], [11, gone]],
    'waiting',
    /0 of 1 pods ready/,
  ],
  [
    'the new pod is up, the old one stays',
    [...rolling, [11, whole(2, 2)], [11, good(2)]],
    'waiting',
    /an old pod/,
  ],
  [
    'the new pod is up, the old one is on its way out',
    [...rolling, [11, whole(2, 2)], [11, good(2)], [11, webPod(1, { deleting: true })]],
    'current',
  ],
  ['the new pod is up and alone', [...rolling, [11, whole(2, 2)], [11, good(2)], [11, gone]], 'current'],
  [
    'the new pod is not ready',
    [...rolling, [11, whole(2, 2)], [11, gone], [11, webPod(2, { ready: false, containers: [probed(2)] })]],
    'waiting',
    /0 of 1/,
  ],
  [
    'a container without a probe runs for half a second',
    [...rolling, [11, whole(2, 2)], [11, gone], [19.5, unprobed]],
    'waiting',
    /no probe/,
  ],
  [
    'a container without a probe that took four seconds to start runs for one',
    [...rolling, [11, whole(2, 2)], [11, gone], [19, slow]],
    'waiting',
    /no probe/,
  ],
  [
    'a container without a probe runs for three seconds',
    [...rolling, [11, whole(2, 2)], [11, gone], [16, unprobed]],
    'current',
  ],
  [
    'one of two pods is up',
    [...rolling, [11, whole(2, 2, { desired: 2 })], [11, good(2)], [11, gone]],
    'waiting',
    /1 of 2/,
  ],
  [
    'the build failed',
    [
      ...up,
      [10, saved('shop/web', 'a.js')],
      [11, { type: 'build.failed', image: 'shop/web', generation: 2, failure: failure() }],
    ],
    'failed',
    /BUILD_FAILED/,
  ],
  [
    'Docker is away',
    [
      ...up,
      [10, saved('shop/web', 'a.js')],
      [
        11,
        {
          type: 'build.failed',
          image: 'shop/web',
          generation: 2,
          failure: failure({ code: 'DOCKER_UNREACHABLE' }),
        },
      ],
    ],
    'waiting',
    /npm ci/,
  ],
  [
    'a build failed and was mended',
    [
      ...up,
      [10, saved('shop/web', 'a.js')],
      [11, { type: 'build.failed', image: 'shop/web', generation: 2, failure: failure() }],
      [12, saved('shop/web', 'a.js')],
    ],
    'waiting',
    /whose build/,
  ],
  [
    'the configuration is broken',
    [
      ...up,
      [10, { type: 'files.changed', images: {}, manifests: [], config: ['rockpool.yaml'], count: 1 }],
      [10, { type: 'config.failed', generation: 2, failures: [failure({ code: 'CONFIG_INVALID' })] }],
    ],
    'failed',
    /CONFIG_INVALID/,
  ],
  [
    'the apply failed',
    [
      ...rolling.slice(0, 14),
      [
        11,
        {
          type: 'deploy.failed',
          generation: 3,
          failures: [failure({ code: 'MANIFEST_INVALID', subject: WEB })],
        },
      ],
    ],
    'failed',
    /MANIFEST_INVALID/,
  ],
  [
    'the new pod crashes',
    [...rolling, [11, whole(2, 2, { rollout: 'progressing' })], [11, crashed(2)]],
    'failed',
    /CRASH_LOOP/,
  ],
  [
    'the new pod crashes, which the workload does not tell yet',
    [...rolling, [11, whole(2, 2)], [11, gone], [11, crashed(2)]],
    'failed',
    /CRASH_LOOP/,
  ],
  [
    'a Job whose first attempt failed tries again',
    jobStory({ rollout: 'progressing', reason: '0 of 1 completed' }),
    'waiting',
    /migrate/,
  ],
  [
    'a Job that failed for good',
    jobStory({ rollout: 'failed', reason: 'Job has reached the specified backoff limit' }),
    'failed',
    /backoff/,
  ],
  [
    'the old pod crashes while the new one comes',
    [
      ...rolling,
      [11, whole(2, 2, { rollout: 'progressing' })],
      [11, crashed(1)],
      [11, webPod(2, { ready: false, containers: [probed(2)] })],
    ],
    'waiting',
    /web/,
  ],
  [
    'the old pod crashes while the new image is built',
    [...up, [9, crashed(1)], [10, saved('shop/web', 'a.js')], [10.1, building('shop/web', 2)]],
    'waiting',
    /to be built/,
  ],
  [
    'a pod of an older template with the same image crashes',
    [...rolling, [11, whole(2, 2, { rollout: 'progressing' })], [11, crashed(2)]],
    'waiting',
    /web/,
    { oldPods: new Set(['uid-2']) },
  ],
  [
    'the rollout failed',
    [...rolling, [11, whole(2, 2, { rollout: 'failed', reason: 'exceeded its progress deadline' })]],
    'failed',
    /ROLLOUT_FAILED/,
  ],
  [
    'no node takes the pod, for some seconds',
    [
      ...rolling,
      [11, whole(2, 2, { rollout: 'progressing' })],
      [15, webPod(2, { phase: 'Pending', ready: false, reason: 'Unschedulable', containers: [] })],
    ],
    'waiting',
    /No node/,
  ],
  [
    'no node takes the pod, for long',
    [
      ...rolling,
      [9, webPod(2, { phase: 'Pending', ready: false, reason: 'Unschedulable', containers: [] })],
      [11, whole(2, 2, { rollout: 'progressing' })],
    ],
    'failed',
    /UNSCHEDULABLE/,
  ],
  [
    'a readiness probe is answered badly, five seconds after the start of its container',
    [...rolling, [11, rollingOut], [11, gone], [12, unready(15)], [19, answered]],
    'waiting',
    /web/,
  ],
  [
    'a readiness probe is answered badly, eleven seconds after it',
    [...rolling, [11, rollingOut], [11, gone], [12, unready(9)], [19, answered]],
    'failed',
    /PROBE_FAILED.*503/,
  ],
  [
    'nobody listens where a readiness probe asks, eleven seconds after it',
    [...rolling, [11, rollingOut], [11, gone], [12, unready(9)], [19, refused]],
    'waiting',
    /PROBE_FAILED/,
  ],
  [
    'nobody listens where a readiness probe asks, half a minute after it',
    [...rolling, [11, rollingOut], [11, gone], [12, unready(9)], [19, refused]],
    'failed',
    /PROBE_FAILED/,
    { now: START + 40_000 },
  ],
  [
    'a startup probe fails, half a minute after it',
    [
      ...[...rolling, [11, rollingOut] as const, [11, gone] as const, [12, unready(9)] as const],
      [19, unhealthy('Startup probe failed: HTTP probe failed with statuscode: 503')],
    ],
    'waiting',
    undefined,
    { now: START + 40_000 },
  ],
  ['a Service leads nowhere', astray(1), 'failed', /SERVICE_SELECTS_NOTHING/],
  ['a Service leads nowhere, a second after the deploy', astray(19), 'waiting', /Service web to lead/],
  [
    'a Service leads nowhere while a save is built',
    [...astray(1), [10, saved('shop/web', 'a.js')]],
    'waiting',
    /whose build has not begun/,
  ],
  [
    'a Service leads nowhere, and only web was asked for',
    astray(1),
    'current',
    undefined,
    { only: { images: ['shop/web'], workloads: [WEB] } },
  ],
  ['a forward is not open', [...up.slice(0, 3), ...up.slice(4)], 'waiting', /forward service\/web:80/],
  [
    'the cluster is away',
    [...up, [11, { type: 'cluster.lost', failure: failure({ code: 'CLUSTER_LOST' }) }]],
    'waiting',
    /the cluster/,
  ],
  [
    'an effect crashed',
    [...up, [11, { type: 'effect.crashed', effect: 'deploy@3', message: 'oops' }]],
    'failed',
    /INTERNAL/,
  ],
  ['nothing is wanted of it', [...rolling, [11, whole(2, 2, { desired: 0 })], [11, gone]], 'current'],
  ['somebody paused the session, and nothing changed', [...up, [11, { type: 'session.paused' }]], 'current'],
  [
    'another session took over',
    [...up, [11, { type: 'lease.lost', holder: 'ann@host' }]],
    'waiting',
    /ann@host/,
  ],
  [
    'another image is broken, and only web was asked for',
    [...up],
    'current',
    undefined,
    { only: { images: [], workloads: [WEB] } },
  ],
  [
    'another resource was refused, and only web was asked for',
    [
      ...up,
      [10, { type: 'files.changed', images: {}, manifests: ['a'], config: [], count: 1 }],
      [10, rendered({ [WEB]: ['shop/web'], 'Service/shop/web': [] })],
      [
        10,
        {
          type: 'deploy.failed',
          generation: 3,
          failures: [failure({ code: 'MANIFEST_INVALID', subject: 'Service/shop/web' })],
        },
      ],
    ],
    'current',
    undefined,
    { only: { images: ['shop/web'], workloads: [WEB] } },
  ],
];

describe('whether everything that was saved is live', () => {
  test.each(rows)('%s', (_, story, is, about, question = {}) => {
    const verdict = isCurrent(stateAfter(story), { now: START + 20_000, ...question });
    expect(verdict.is, JSON.stringify(verdict)).toBe(is);
    if (about) expect(JSON.stringify(verdict)).toMatch(about);
  });

  test('it says when to look again', () => {
    const story: Story = [...rolling, [11, whole(2, 2)], [11, gone], [19.5, unprobed]];
    expect(isCurrent(stateAfter(story), { now: START + 20_000 })).toMatchObject({ lookAgainIn: 2500 });
  });

  test('a missing pod of a bare Pod manifest is waited for, and a pod with an image of others is no old one', () => {
    const bare = 'Pod/shop/tool';
    const story: Story = [
      ...up.slice(0, 6),
      [0.8, rendered({ [bare]: [] })],
      [0.9, applied(bare)],
      [1, deployed(2)],
    ];
    expect(isCurrent(stateAfter(story), { now: START + 20_000 }).is).toBe('waiting');
    const tool = pod({
      name: 'tool',
      uid: 't',
      containers: [
        container({ image: 'busybox', probes: { readiness: { asks: 'GET :80/', threshold: 3 } } }),
      ],
    });
    const { owner: _, ...unowned } = (tool as Extract<EventBody, { type: 'pod.observed' }>).pod;
    const there: Story = [...story, [2, { type: 'pod.observed', pod: unowned }]];
    expect(isCurrent(stateAfter(there), { now: START + 20_000 }).is).toBe('current');
  });
});
