import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from '../../../src/session/plan.ts';
import { longGeneration, shortGeneration } from '../../../src/ui/generations.ts';
import type { Row } from '../../../src/ui/row.ts';
import { viewModel } from '../../../src/ui/view-model.ts';
import { anyEvent } from '../../support/events.ts';
import * as the from './builders.ts';

const at = (story: the.Story, seconds: number) => {
  const state = the.stateAfter(story);
  return viewModel(state, plan(state).holds, the.START + seconds * 1000);
};
const rowsAt = (story: the.Story, seconds: number): readonly Row[] => at(story, seconds).rows;
const row = (name: string, story: the.Story, seconds: number): Row => {
  const found = rowsAt(story, seconds).find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};

describe('rows', () => {
  test('a workload that serves its newest save is ready, with its pods, generation, forward and time', () => {
    expect(row('web', the.up, 14)).toEqual({
      id: the.WEB,
      name: 'web',
      kind: 'Deployment',
      namespace: 'shop',
      state: { words: 'ready', severity: 'ok' },
      generation: { live: '1' },
      pods: '1/1',
      restarts: 0,
      since: '12 s',
      forwards: ['http://localhost:8080'],
      images: ['shop/web'],
    });
  });

  test('things that make no pods have no row; images that no workload runs have one', () => {
    const base = {
      name: 'shop/base',
      context: 'base',
      dockerfile: 'base/Dockerfile',
      needs: [],
      inputs: 'i',
    };
    const story: the.Story = [
      [0, the.started],
      [0, the.loaded({ images: [base, ...the.config().images] })],
      [0, { type: 'watch.started' }],
      [1, the.built('shop/base', 1)],
      ...the.up.slice(2),
    ];
    expect(rowsAt(story, 5).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'Deployment web',
      'Deployment api',
      'Image shop/base',
    ]);
    expect(row('shop/base', story, 5)).toMatchObject({
      state: { words: 'built' },
      generation: { live: '1' },
    });
  });

  test.each<[string, the.Story, string, Row['state']['severity']]>([
    ['nothing built yet', the.up.slice(0, 3), 'shop/web about to build', 'busy'],
    ['sources not watched yet', the.up.slice(0, 2), 'shop/web starting to watch the sources', 'busy'],
    [
      'a build with no step yet',
      [...the.up, [9.5, the.building('shop/web', 1)]],
      'web building 0.50 s',
      'busy',
    ],
    [
      'a build at a step',
      [
        ...the.up,
        [9, the.building('shop/web', 1)],
        [
          9.5,
          {
            type: 'build.progressed',
            image: 'shop/web',
            generation: 1,
            step: 'RUN npm ci',
            index: 3,
            total: 5,
          },
        ],
      ],
      'web building 3/5 RUN npm ci',
      'busy',
    ],
    [
      'a failed build',
      [...the.up, [9, { type: 'build.failed', image: 'shop/web', generation: 1, failure: the.failure() }]],
      'web build failed',
      'bad',
    ],
    [
      'a manifest held back for an image',
      [
        ...the.up.slice(0, 5),
        [1, the.rendered({ [the.WEB]: ['shop/web'] }, { [the.WEB]: 'shop/web' })],
        [2, the.built('shop/web', 1)],
      ],
      'web waiting for image shop/web',
      'busy',
    ],
    [
      'a git checkout',
      [
        ...the.up,
        [5, { type: 'watch.held', reason: 'git checkout in progress' }],
        [6, the.saved('shop/web', 'a.js')],
      ],
      'web waiting: git checkout in progress',
      'busy',
    ],
    ['a rendered manifest', [...the.up.slice(0, 8)], 'web applying', 'busy'],
    ['an applied manifest', [...the.up.slice(0, 11)], 'web applied, not seen yet', 'busy'],
    [
      'a rollout',
      [
        ...the.up,
        [5, the.workload(the.WEB, { rollout: 'progressing', reason: '1 of 3 pods updated', desired: 3 })],
      ],
      'web rolling out: 1 of 3 pods updated',
      'busy',
    ],
    [
      'a failed rollout',
      [
        ...the.up,
        [5, the.workload(the.WEB, { rollout: 'failed', reason: 'exceeded its progress deadline' })],
      ],
      'web rollout failed: exceeded its progress deadline',
      'bad',
    ],
    [
      'no pods wanted',
      [...the.up, [5, the.workload(the.WEB, { desired: 0, ready: 0 })]],
      'web scaled to 0',
      'warn',
    ],
    [
      'a pod missing',
      [...the.up, [5, the.workload(the.WEB, { desired: 2 })]],
      'web not ready: 1 of 2',
      'warn',
    ],
    [
      'a built image that is not in the cluster',
      [
        ...the.up,
        [5, the.workload(the.WEB, { images: ['shop/web:rp-1'] })],
        [5, the.saved('shop/web', 'a.js')],
        [6, the.built('shop/web', 2)],
        [7, { type: 'deploy.failed', generation: 4, failures: [the.failure({ subject: 'k8s/web.yaml' })] }],
      ],
      'web not applied: the deploy failed',
      'warn',
    ],
    [
      'a refused manifest',
      [
        ...the.up,
        [7, { type: 'deploy.failed', generation: 4, failures: [the.failure({ subject: the.WEB })] }],
      ],
      'web apply failed',
      'bad',
    ],
  ])('%s', (_name, story, expected, severity) => {
    const shown = rowsAt(story, 10).map(({ name, state }) => `${name} ${state.words}`);
    expect(shown).toContain(expected);
    const found = rowsAt(story, 10).find(({ name, state }) => `${name} ${state.words}` === expected);
    expect(found?.state.severity).toBe(severity);
  });

  test.each([
    ['Job', { rollout: 'complete' }, 'done'],
    ['Job', { rollout: 'progressing', reason: '0 of 1 done' }, 'running: 0 of 1 done'],
    ['CronJob', { rollout: 'complete', desired: 0 }, 'scheduled'],
    ['CronJob', { rollout: 'suspended' }, 'suspended'],
    ['StatefulSet', { rollout: 'complete' }, 'ready'],
  ] as const)('a %s with %o is "%s"', (kind, over, words) => {
    const key = `${kind}/shop/it`;
    const story: the.Story = [...the.up, [5, the.workload(key, over)]];
    expect(row('it', story, 6).state.words).toBe(words);
  });

  test.each([
    [{ state: 'waiting', reason: 'CrashLoopBackOff', restarts: 5, exitCode: 1 }, 'crash loop', 'CRASH_LOOP'],
    [{ state: 'waiting', reason: 'ImagePullBackOff' }, 'image pull failed', 'IMAGE_PULL_FAILED'],
    [{ state: 'waiting', reason: 'ErrImageNeverPull' }, 'image not on the node', 'IMAGE_NEVER_PULL'],
    [
      { state: 'waiting', reason: 'CreateContainerConfigError' },
      'container config error',
      'CONTAINER_CONFIG',
    ],
    [{ state: 'terminated', reason: 'OOMKilled', exitCode: 137 }, 'out of memory', 'OUT_OF_MEMORY'],
    [{ state: 'terminated', reason: 'Error', exitCode: 2 }, 'crashed, exit code 2', 'CRASHED'],
  ] as const)('a container with %o is "%s", and a failure', (over, words, code) => {
    const story: the.Story = [
      ...the.up,
      [5, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [5, the.webPod(1, { ready: false, containers: [the.container({ ...over, ready: false })] })],
    ];
    expect(row('web', story, 6).state).toEqual({ words, severity: 'bad' });
    expect(at(story, 6).failures).toMatchObject([{ code, subject: the.WEB }]);
  });

  test('what builds is told before what its old pods suffer from', () => {
    const crash = the.container({ state: 'waiting', reason: 'CrashLoopBackOff', ready: false });
    const story: the.Story = [
      ...the.up,
      [5, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [5, the.webPod(1, { ready: false, containers: [crash] })],
      [6, the.saved('shop/web', 'a.js')],
      [6, the.building('shop/web', 2)],
    ];
    expect(row('web', story, 6).state.words).toMatch(/^building/);
    expect(at(story, 6).failures).toHaveLength(1);
  });

  test('the generation that serves is told apart from the one on its way', () => {
    const story: the.Story = [
      ...the.up,
      [5, the.saved('shop/web', 'a.js')],
      [6, the.building('shop/web', 2)],
    ];
    const { generation } = row('web', story, 9.2);
    expect(longGeneration(generation)).toBe('1 live, 2 building 3.2 s');
    expect(shortGeneration(generation)).toBe('1→2');
    const during: the.Story = [...story, [10, the.built('shop/web', 2)], [11, the.webPod(2)]];
    expect(longGeneration(row('web', during, 12).generation)).toBe('1, 2 live, 2 built');
    const gone: EventBodyOf = {
      type: 'pod.deleted',
      namespace: 'shop',
      name: 'web-7d9f8c6b5-1',
      uid: 'uid-1',
    };
    expect(longGeneration(row('web', [...during, [12, gone]], 12).generation)).toBe('2');
  });

  test('init containers, Jobs and CronJobs settle at the generation they run', () => {
    const init = (generation: number) =>
      the.container({ name: 'init', kind: 'init', image: `shop/api:rp-${generation}`, state: 'terminated' });
    const migrate = 'Job/shop/migrate';
    const nightly = 'CronJob/shop/nightly';
    const ended = { owner: migrate, phase: 'Succeeded', ready: false } as const;
    const story: the.Story = [
      ...the.up,
      [
        3,
        the.rendered({
          [the.WEB]: ['shop/api', 'shop/web'],
          [migrate]: ['shop/api'],
          [nightly]: ['shop/api'],
        }),
      ],
      [4, the.saved('shop/api', 'a.js')],
      [5, the.built('shop/api', 2)],
      [6, the.webPod(1, { containers: [init(2), the.container()] })],
      [6, the.workload(migrate, { ready: 0, images: ['shop/api:rp-2'] })],
      [6, the.workload(nightly, { desired: 0, ready: 0, images: ['shop/api:rp-2'] })],
    ];
    const shown = (more: the.Story) =>
      ['web', 'migrate', 'nightly'].map((name) => {
        const { generation, pods } = row(name, [...story, ...more], 9);
        return `${shortGeneration(generation)} ${pods}`.trim();
      });
    expect(shown([])).toEqual(['1 1/1', '2', '2']);
    const attempt = (generation: number, name: string): the.Story[number] => [
      7,
      the.pod({
        ...ended,
        name,
        uid: name,
        createdAt: the.START + generation,
        containers: [the.container({ image: `shop/api:rp-${generation}`, state: 'terminated' })],
      }),
    ];
    expect(shown([attempt(2, 'new'), attempt(1, 'old')])).toEqual(['1 1/1', '2', '2']);
    expect(shown([[7, the.saved('shop/api', 'b.js')]])).toEqual(['1 1/1', '2→3', '2→3']);
  });

  test('a pod on its way out serves no generation', () => {
    const story: the.Story = [...the.up, [5, the.webPod(1, { deleting: true })]];
    expect(row('web', story, 9).generation.live).toBeUndefined();
  });

  test('workloads of one name are told apart', () => {
    const keys = ['Deployment/shop/web', 'Job/shop/web', 'Deployment/a/db', 'Deployment/b/db'];
    const story: the.Story = [[0, the.started], ...keys.map((key) => [1, the.workload(key)] as const)];
    expect(rowsAt(story, 2).map(({ name }) => name)).toEqual([
      'deployment/web',
      'job/web',
      'a/deployment/db',
      'b/deployment/db',
    ]);
  });

  test('a forward to a Service stands at the workload whose pods the Service selects', () => {
    const service = { namespace: 'shop', name: 'web', selector: { app: 'api' }, ports: [] };
    const story: the.Story = [
      ...the.up,
      [3, the.pod({ name: 'api-1', uid: 'api', owner: 'Deployment/shop/api', labels: { app: 'api' } })],
      [3, { type: 'service.observed', service }],
    ];
    expect(row('api', story, 4).forwards).toEqual(['http://localhost:8080']);
    expect(row('web', story, 4).forwards).toEqual([]);
  });

  test('every row has a state in words, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (bodies) => {
        const story = bodies.map((body, index) => [index, body] as const);
        for (const { state } of rowsAt(story, 60)) expect(state.words).not.toBe('');
      }),
    );
  });
});

type EventBodyOf = the.Story[number][1];

describe('header', () => {
  const notes = (story: the.Story, seconds: number) =>
    at(story, seconds).header.notes.map(({ words }) => words);

  test.each<[string, the.Story, string]>([
    ['that all is well', [], '2 of 2 up'],
    [
      'a lost cluster, and for how long',
      [[8, { type: 'cluster.lost', failure: the.failure() }]],
      'cluster lost for 12 s',
    ],
    [
      'changes that wait',
      [[8, { type: 'watch.held', reason: 'git rebase in progress' }]],
      'changes wait: git rebase in progress',
    ],
    ['that nothing is watched', [[8, { type: 'watch.failed', failure: the.failure() }]], 'not watching'],
    [
      'a failed deploy',
      [[8, { type: 'deploy.failed', generation: 3, failures: [the.failure()] }]],
      'deploy failed',
    ],
    ['the end', [[8, { type: 'session.stopping', reason: 'q' }]], 'stopping'],
  ])('says %s', (_name, more, expected) => {
    expect(notes([...the.up, ...more], 20)).toContain(expected);
  });
});

describe('failures', () => {
  test('are sorted: config, builds, deploy, pods, forwards, watch, cluster, bugs', () => {
    const crash = the.container({ state: 'waiting', reason: 'CrashLoopBackOff', ready: false });
    const story: the.Story = [
      ...the.up,
      [3, { type: 'effect.crashed', effect: 'observe:shop', message: 'boom' }],
      [3, { type: 'cluster.lost', failure: the.failure({ subject: 'cluster' }) }],
      [3, { type: 'watch.failed', failure: the.failure({ subject: 'watch' }) }],
      [
        3,
        { type: 'forward.failed', forward: 'service/web:80', failure: the.failure({ subject: 'forward' }) },
      ],
      [3, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [3, the.webPod(1, { ready: false, containers: [crash] })],
      [3, { type: 'deploy.failed', generation: 3, failures: [the.failure({ subject: 'deploy' })] }],
      [
        3,
        {
          type: 'build.failed',
          image: 'shop/api',
          generation: 1,
          failure: the.failure({ subject: 'build' }),
        },
      ],
      [3, { type: 'config.failed', generation: 1, failures: [the.failure({ subject: 'config' })] }],
    ];
    expect(at(story, 4).failures.map(({ subject }) => subject)).toEqual([
      'config',
      'build',
      'deploy',
      the.WEB,
      'forward',
      'watch',
      'cluster',
      'observe:shop',
    ]);
  });

  test('a build that failed before the newest save is no failure any more', () => {
    const story: the.Story = [
      ...the.up,
      [3, { type: 'build.failed', image: 'shop/web', generation: 1, failure: the.failure() }],
      [4, the.saved('shop/web', 'a.js')],
    ];
    expect(at(story, 5).failures).toEqual([]);
  });

  test('escapes that a build or the cluster wrote do not reach the screen', () => {
    const evil = '\x1b[2J\x1b[31mred\tone\nnext';
    const story: the.Story = [
      ...the.up,
      [3, the.workload(the.WEB, { rollout: 'progressing', reason: evil })],
      [3, { type: 'build.failed', image: 'shop/api', generation: 1, failure: the.failure({ output: evil }) }],
    ];
    expect(row('web', story, 4).state.words).toBe('rolling out: red    one next');
    expect(at(story, 4).failures[0]?.output).toBe('red    one\nnext');
  });

  test('replicas with one trouble are one failure', () => {
    const crash = the.container({ state: 'waiting', reason: 'CrashLoopBackOff', ready: false });
    const story: the.Story = [
      ...the.up,
      [3, the.workload(the.WEB, { rollout: 'progressing', desired: 4 })],
      ...['a', 'b', 'c'].map(
        (n) => [3, the.pod({ name: n, uid: n, ready: false, containers: [crash] })] as const,
      ),
    ];
    const { failures } = at(story, 4);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain('2 more of its pods');
  });

  test('a crash comes with the command that shows its log', () => {
    const crash = the.container({ state: 'waiting', reason: 'CrashLoopBackOff', ready: false });
    const story: the.Story = [
      ...the.up,
      [3, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [3, the.webPod(1, { name: 'web-1', ready: false, containers: [crash] })],
    ];
    expect(at(story, 4).failures[0]?.command).toBe(
      'kubectl --context minikube -n shop logs web-1 -c web --previous',
    );
  });

  test('what is left of pods is history once the workload has its pods: evicted ones, earlier attempts of a Job', () => {
    const failed = {
      phase: 'Failed' as const,
      ready: false,
      containers: [the.container({ state: 'terminated', exitCode: 1, ready: false })],
    };
    const story: the.Story = [
      ...the.up,
      [3, the.pod({ name: 'gone', uid: 'gone', reason: 'Evicted', ...failed })],
      [3, the.pod({ name: 'migrate-1', uid: 'm1', owner: 'Job/shop/migrate', ...failed })],
      [4, the.workload('Job/shop/migrate', { ready: 0 })],
    ];
    expect(at(story, 5).failures).toEqual([]);
    expect(row('web', story, 5).state.words).toBe('ready');
    expect(row('migrate', story, 5).state.words).toBe('done');
  });

  test('what strangers in the namespace suffer from is not ours to tell', () => {
    const crash = the.container({ state: 'waiting', reason: 'CrashLoopBackOff', ready: false });
    const story: the.Story = [
      ...the.up,
      [3, the.pod({ name: 'x', uid: 'x', mine: false, owner: 'Job/shop/x', containers: [crash] })],
    ];
    expect(at(story, 4).failures).toEqual([]);
  });
});
