import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduce } from '../../../src/session/reduce.ts';
import { initialState } from '../../../src/session/state.ts';
import { createPlainLines } from '../../../src/ui/plain-lines.ts';
import { anyEvent } from '../../support/events.ts';
import * as the from './builders.ts';

/** The lines of a story; with `after`, only those of what comes after that. */
function lines(story: the.Story, after: the.Story = []): string[] {
  const plainLines = createPlainLines();
  const said: string[][] = [];
  let state = initialState;
  for (const event of the.events([...after, ...story])) {
    const next = reduce(state, event);
    said.push([...plainLines(state, event, next)]);
    state = next;
  }
  return said.slice(after.length).flat();
}

const crashing = (generation: number, restarts = 3) =>
  the.webPod(generation, {
    ready: false,
    containers: [
      the.container({
        image: `shop/web:rp-${generation}`,
        state: 'waiting',
        reason: 'CrashLoopBackOff',
        exitCode: 1,
        ready: false,
        restarts,
      }),
    ],
  });

describe('a session from its start', () => {
  test('tells the start, the builds, what was applied, the forwards and when each workload is ready', () => {
    expect(lines(the.up)).toEqual([
      'shop  starting in context minikube, namespace shop',
      'config  2 images, 1 forward',
      'watch  sources are watched',
      'web  http://localhost:8080',
      'shop/web  building generation 1',
      'shop/web  built in 0.14 s',
      'shop/api  built in 0.14 s',
      'Deployment/web  created',
      'Deployment/api  created',
      'deploy  done in 0.21 s',
      'web  ready: generation 1 live 2.0 s after the start',
      'api  ready: generation 1 live 2.0 s after the start',
    ]);
  });

  test('what is found running is ready once, when it is known to be what would be applied', () => {
    const found: the.Story = [
      [0, the.started],
      [0, the.loaded()],
      [0.1, the.workload(the.WEB, { images: ['shop/web:rp-1'], revision: 7 })],
      [0.1, the.webPod(1)],
      [0.2, { type: 'watch.started' }],
      [0.3, the.built('shop/web', 1, 10, true)],
      [0.3, the.built('shop/api', 1, 10, true)],
      [0.4, the.rendered({ [the.WEB]: ['shop/web'] })],
    ];
    const then = (outcome: 'unchanged' | 'changed'): the.Story => [
      [0.5, { ...the.applied(the.WEB, outcome), revision: 7 } as the.Story[0][1]],
      [0.6, the.deployed(3)],
      [0.7, the.webPod(1)],
      [0.7, the.workload(the.WEB, { images: ['shop/web:rp-1'] })],
    ];
    const ready = 'web  ready: generation 1 live 0.50 s after the start';
    expect(lines(found).filter((line) => line.includes('ready:'))).toEqual([]);
    expect(lines(then('unchanged'), found).filter((line) => line.includes('ready'))).toEqual([ready]);
    expect(lines(then('changed'), found).filter((line) => line.includes('ready'))).toEqual([ready]);
  });

  test('a build tells a file or two, and more than a fact names as many more', () => {
    const because = (count: number) => {
      const files = Array.from({ length: count }, (_, index) => `${index}.js`);
      return lines(
        [
          [10, the.saved('shop/web', ...files)],
          [10.1, the.building('shop/web', 2)],
        ],
        the.up,
      )[0];
    };
    const building = 'shop/web  building generation 2';
    expect(because(2)).toBe(`${building} (0.js and 1.js changed)`);
    expect(because(3)).toBe(`${building} (0.js and 2 more changed)`);
    expect(because(20)).toBe(`${building} (0.js and many more changed)`);
  });

  test('a save is told with its file, its build, and the time until it serves', () => {
    const save: the.Story = [
      [10, the.saved('shop/web', 'server.js')],
      [10.1, the.building('shop/web', 2)],
      [10.2, the.built('shop/web', 2)],
      [10.3, the.applied(the.WEB, 'changed')],
      [10.3, the.deployed(4)],
      [10.4, the.workload(the.WEB, { rollout: 'progressing' })],
      [10.6, the.webPod(2)],
      [10.6, the.webPod(1, { deleting: true })],
      [10.7, the.workload(the.WEB)],
      [10.8, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-1', uid: 'uid-1' }],
      [10.9, the.webPod(2)],
    ];
    expect(lines(save, the.up)).toEqual([
      'shop/web  building generation 2 (server.js changed)',
      'shop/web  built in 0.14 s',
      'Deployment/web  changed',
      'web  ready: generation 2 live 0.70 s after the save',
    ]);
  });

  test.each([
    [['a.js'], '(a.js changed)'],
    [['a.js', 'b.js'], '(a.js and b.js changed)'],
    [['a.js', 'b.js', 'c.js', 'd.js'], '(a.js and 3 more changed)'],
  ])('a build is explained by the changed files %o', (files, why) => {
    const story: the.Story = [
      [10, the.saved('shop/web', ...files)],
      [10, the.building('shop/web', 2)],
    ];
    expect(lines(story, the.up)).toEqual([`shop/web  building generation 2 ${why}`]);
  });
});

describe('old images', () => {
  const pruned = (refs: string[], bytes: number): the.Story => [
    [20, { type: 'images.pruned', generation: 2, refs, bytes }],
  ];

  test('that were deleted are told with the room they took; no word when none were', () => {
    expect(lines(pruned(['a', 'b', 'c'], 412_300_000), the.up)).toEqual([
      'images  3 old images deleted, 412 MB',
    ]);
    expect(lines(pruned(['a'], 1_260_000_000), the.up)).toEqual(['images  1 old image deleted, 1.3 GB']);
    expect(lines(pruned([], 0), the.up)).toEqual([]);
  });

  test('that somebody else deleted while a pod needs them are told', () => {
    const ref = 'shop/web:rp-1';
    expect(lines([[20, { type: 'image.gone', image: 'shop/web', ref }]], the.up)).toEqual([
      'shop/web  shop/web:rp-1 is not on the node any more: it is built again',
    ]);
    expect(lines([[20, { type: 'image.gone', image: 'shop/web', ref: 'shop/web:rp-0' }]], the.up)).toEqual(
      [],
    );
  });
});

describe('what is not said', () => {
  test('a save of the same content rolls nothing: no ready line', () => {
    const story: the.Story = [
      [10, the.saved('shop/web', 'a.js')],
      [10.1, { ...the.built('shop/web', 2, 1, true), ref: 'shop/web:rp-1' } as the.Story[number][1]],
    ];
    expect(lines(story, the.up)).toEqual(['shop/web  has not changed']);
  });

  test('the same observation again', () => {
    const story: the.Story = [
      [10, the.webPod(1)],
      [11, the.workload(the.WEB, { images: ['shop/web:rp-1'] })],
    ];
    expect(lines(story, the.up)).toEqual([]);
  });

  test('results of an overtaken build', () => {
    const story: the.Story = [
      [10, the.saved('shop/web', 'a.js')],
      [11, the.built('shop/web', 1)],
    ];
    expect(lines(story, the.up)).toEqual([]);
  });

  test('steps of a quick build; those of a long one are told once each', () => {
    const step = (index: number): the.Story[number][1] => ({
      type: 'build.progressed',
      image: 'shop/web',
      generation: 2,
      step: `RUN step ${index}`,
      index,
      total: 9,
    });
    const story: the.Story = [
      [10, the.saved('shop/web', 'a.js')],
      [10, the.building('shop/web', 2)],
      [11, step(1)],
      [14, step(2)],
      [15, step(2)],
      [16, step(3)],
    ];
    expect(lines(story, the.up).slice(1)).toEqual(['shop/web  2/9 RUN step 2', 'shop/web  3/9 RUN step 3']);
  });

  test('a crash loop is told once per image, not per restart', () => {
    const story: the.Story = [
      [10, crashing(1, 3)],
      [11, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [20, crashing(1, 4)],
      [30, crashing(1, 5)],
    ];
    expect(lines(story, the.up).filter((line) => line.includes('ended with exit code 1'))).toHaveLength(1);
  });
});

test('no escape of a build or the cluster gets through, whatever comes in whatever order', () => {
  const evil = '\x1b]0;title\x07\x1b[2Jgone\tby';
  const failure = the.failure({ message: evil, output: evil, hint: evil });
  const said = lines([[3, { type: 'build.failed', image: 'shop/web', generation: 1, failure }]], the.up);
  expect(said).toEqual(['shop/web  gone    by', '  | gone    by', '  gone    by']);
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (bodies) => {
      for (const line of lines(bodies.map((body, index) => [index, body] as const)))
        expect(line).toMatch(/^[^\x00-\x1f]+$/);
    }),
  );
});

/** A pod that crashes and is started again, every minute. */
const restarting = (times: number, from = 10): the.Story =>
  Array.from({ length: times }, (_, n): the.Story => {
    const at = from + n * 60;
    return [
      [at, crashing(1, n + 1)],
      [at, the.workload(the.WEB, { rollout: 'progressing', ready: 0, images: ['shop/web:rp-1'] })],
      [at + 20, the.webPod(1)],
      [at + 20, the.workload(the.WEB, { images: ['shop/web:rp-1'] })],
    ];
  }).flat();

describe('a pod that crashes again and again', () => {
  const counts = (said: readonly string[]) =>
    ['not ready', 'ended with', 'ready again'].map(
      (text) => said.filter((line) => line.includes(text)).length,
    );

  test('is told three times, then every tenth time, each with its trouble and its getting up', () => {
    const said = lines(restarting(30), the.up);
    expect(counts(said)).toEqual([6, 6, 6]);
    expect(said).toContain('web  not ready: 0 of 1 pods (30 times)');
  });

  test('is told anew after it was up for long, and after its manifest changed', () => {
    const much = [...the.up, ...restarting(5)];
    expect(counts(lines(restarting(1, 2000), much))).toEqual([1, 1, 1]);
    const change: the.Story = [
      [311, { ...the.applied(the.WEB, 'changed'), hash: 'other' } as the.Story[number][1]],
    ];
    expect(counts(lines([...change, ...restarting(1, 320)], much))).toEqual([1, 0, 1]);
  });

  test('has mended with the next generation', () => {
    const mended: the.Story = [
      [400, the.saved('shop/web', 'a.js')],
      [401, the.built('shop/web', 2)],
      [402, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-1', uid: 'uid-1' }],
      [402, the.webPod(2)],
    ];
    expect(lines(mended, [...the.up, ...restarting(5)]).at(-1)).toBe(
      'web  ready: generation 2 live 2.0 s after the save',
    );
  });
});

describe('images that run elsewhere than in app containers', () => {
  const withInit = (app: number, init: number) =>
    the.pod({
      name: `web-${app}-${init}`,
      uid: `u-${app}-${init}`,
      containers: [
        the.container({ name: 'init', kind: 'init', image: `shop/api:rp-${init}`, state: 'terminated' }),
        the.container({ image: `shop/web:rp-${app}` }),
      ],
    });
  const start: the.Story = [
    ...the.up.slice(0, 7),
    [0.8, the.rendered({ [the.WEB]: ['shop/api', 'shop/web'], 'Job/shop/migrate': ['shop/api'] })],
    [0.9, the.deployed(3)],
    [2, withInit(1, 1)],
    [2, the.workload(the.WEB)],
  ];

  test('a workload with an init container of the project gets ready with every save', () => {
    expect(lines(start).at(-1)).toBe('web  ready: generation 1 live 2.0 s after the start');
    const save = (image: string, app: number, init: number): the.Story => [
      [10, the.saved(image, 'a.js')],
      [11, the.built(image, 2)],
      [11, the.workload(the.WEB, { rollout: 'progressing' })],
      [12, { type: 'pod.deleted', namespace: 'shop', name: 'web-1-1', uid: 'u-1-1' }],
      [12, withInit(app, init)],
      [12, the.workload(the.WEB)],
    ];
    expect(lines(save('shop/web', 2, 1), start).at(-1)).toBe(
      'web  ready: generation 2 live 2.0 s after the save',
    );
    expect(lines(save('shop/api', 1, 2), start).at(-1)).toBe(
      'web  ready: generation 1 live 2.0 s after the save',
    );
  });

  test('a Job is done once for each generation, when the one with that generation has ended', () => {
    const done = (generation: number, rollout: 'complete' | 'progressing' = 'complete') =>
      the.workload('Job/shop/migrate', { rollout, ready: 0, images: [`shop/api:rp-${generation}`] });
    const story: the.Story = [
      [10, done(1)],
      [20, the.saved('shop/api', 'a.js')],
      [21, the.built('shop/api', 2)],
      [22, done(1)],
      [23, done(2, 'progressing')],
      [24, done(2)],
    ];
    const said = lines(story, start).filter((line) => line.startsWith('migrate'));
    expect(said).toEqual(['migrate  done', 'migrate  done']);
  });
});

test('a deploy that fails with each new image is told once; what is new of it is told', () => {
  const refused = (...messages: string[]): the.Story[number][1] => ({
    type: 'deploy.failed',
    generation: 4,
    failures: messages.map((message) => the.failure({ subject: the.WEB, message })),
  });
  const warned = { ...the.applied('ConfigMap/shop/settings', 'unchanged'), warnings: ['old API'] };
  const story: the.Story = [
    [9, warned as the.Story[number][1]],
    [9, refused('one')],
    [10, warned as the.Story[number][1]],
    [10, refused('one')],
    [11, refused('one', 'two')],
    [12, the.deployed(4)],
    [13, refused('one')],
  ];
  expect(lines(story, the.up)).toEqual([
    'ConfigMap/settings  warning: old API',
    'Deployment/web  one',
    'Deployment/web  two',
    'deploy  done in 0.21 s',
    'Deployment/web  one',
  ]);
});

test('a forward to a database is no URL', () => {
  const forwards = [
    { id: 'r', kind: 'service', name: 'redis', namespace: 'shop', port: 6379, local: 16379 } as const,
  ];
  const story: the.Story = [
    [0, the.started],
    [0, the.loaded({ forwards })],
    [1, { type: 'forward.opened', forward: 'r', port: 16379 }],
  ];
  expect(lines(story).at(-1)).toBe('redis  localhost:16379');
});

describe('what goes wrong', () => {
  test('a failed build is a block: message, place, output, what to do', () => {
    const failure = the.failure({
      at: { file: 'web/Dockerfile', line: 7 },
      output: 'npm error code E404\nnpm error 404\n',
      hint: 'Mend the step and save.',
      command: 'docker build web',
    });
    expect(
      lines([[10, { type: 'build.failed', image: 'shop/web', generation: 1, failure }]], the.up),
    ).toEqual([
      'shop/web  The step RUN npm ci ended with exit code 1.',
      '  at web/Dockerfile:7',
      '  | npm error code E404',
      '  | npm error 404',
      '  Mend the step and save.',
      '  $ docker build web',
    ]);
  });

  test('every problem of a config or deploy is told', () => {
    const failures = [
      the.failure({ subject: 'config', message: 'one' }),
      the.failure({ subject: 'config', message: 'two' }),
    ];
    const said = lines([[3, { type: 'config.failed', generation: 1, failures }]], the.up);
    expect(said).toEqual(['config  one', 'config  two']);
    const refused = [the.failure({ subject: the.WEB, message: 'unknown field "replica"' })];
    const deploy = lines([[3, { type: 'deploy.failed', generation: 3, failures: refused }]], the.up);
    expect(deploy).toEqual(['Deployment/web  unknown field "replica"']);
  });

  test('a pod that goes away and comes back is told as not ready, then ready again', () => {
    const story: the.Story = [
      [10, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-1', uid: 'uid-1' }],
      [10, the.workload(the.WEB, { rollout: 'progressing', ready: 0 })],
      [12, the.webPod(1, { name: 'web-7d9f8c6b5-9', uid: 'uid-9' })],
      [12, the.workload(the.WEB)],
    ];
    expect(lines(story, the.up)).toEqual(['web  not ready: 0 of 1 pods', 'web  ready again']);
  });

  test('a crash of new code is told, and its mending', () => {
    const story: the.Story = [
      [10, the.saved('shop/web', 'a.js')],
      [10.2, the.built('shop/web', 2)],
      [10.3, the.workload(the.WEB, { rollout: 'progressing' })],
      [11, crashing(2)],
      [20, the.saved('shop/web', 'a.js')],
      [20.2, the.built('shop/web', 3)],
      [21, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-2', uid: 'uid-2' }],
      [21, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-1', uid: 'uid-1' }],
      [21, the.webPod(3)],
      [21.5, the.workload(the.WEB)],
    ];
    expect(lines(story, the.up)).toEqual([
      'shop/web  built in 0.14 s',
      'Deployment/web  The container web of pod web-7d9f8c6b5-2 ended with exit code 1, started again 3 times.',
      '  at k8s/all.yaml',
      '  Its log says why; the next good save replaces it.',
      '  $ kubectl --context minikube -n shop logs web-7d9f8c6b5-2 -c web --previous',
      'shop/web  built in 0.14 s',
      'web  ready: generation 3 live 1.5 s after the save',
    ]);
  });

  test('code that never got ready, and the way back to what still serves, is told', () => {
    const broken: the.Story = [
      [10, the.saved('shop/web', 'server.js')],
      [10.2, the.built('shop/web', 2)],
      [10.3, the.applied(the.WEB, 'changed')],
      [10.4, the.workload(the.WEB, { rollout: 'progressing', images: ['shop/web:rp-2'] })],
      [12, crashing(2)],
    ];
    const back: the.Story = [
      [20, the.saved('shop/web', 'server.js')],
      [20.1, { ...the.built('shop/web', 3, 10, true), ref: 'shop/web:rp-1' } as the.Story[0][1]],
      [20.2, the.applied(the.WEB, 'changed')],
      [20.3, { type: 'pod.deleted', namespace: 'shop', name: 'web-7d9f8c6b5-2', uid: 'uid-2' }],
      [20.4, the.workload(the.WEB, { images: ['shop/web:rp-1'] })],
    ];
    expect(lines(back, [...the.up, ...broken])).toEqual([
      'shop/web  is built already',
      'Deployment/web  changed',
      'web  ready: generation 3 live 0.40 s after the save',
    ]);
  });

  test('a rollout for another reason than an image ends with a word too', () => {
    const applied = (outcome: 'changed' | 'unchanged', hash: string, revision: number) =>
      ({ ...the.applied(the.WEB, outcome), hash, revision }) as the.Story[0][1];
    const web = (revision: number, rollout: 'complete' | 'progressing') =>
      the.workload(the.WEB, { rollout, revision, images: ['shop/web:rp-1'] });
    const rolled: the.Story = [
      [20, applied('changed', 'other', 2)],
      [20.1, the.webPod(1)],
      [20.2, web(2, 'progressing')],
      [22, web(2, 'complete')],
    ];
    const up: the.Story = [...the.up, [3, applied('unchanged', 'h', 1)], [3, web(1, 'complete')]];
    expect(lines(rolled, up)).toEqual(['Deployment/web  changed', 'web  ready again']);
    expect(lines([[20, applied('unchanged', 'h', 1)]], up)).toEqual([]);
  });

  test('a lost cluster is told once, and that it answers again', () => {
    const failure = the.failure({ subject: 'cluster', message: 'The apiserver does not answer.' });
    const lost: the.Story[number] = [10, { type: 'cluster.lost', failure }];
    expect(lines([lost, lost, [12, { type: 'cluster.found' }]], the.up)).toEqual([
      'cluster  The apiserver does not answer.',
      'cluster  answers again',
    ]);
  });

  test('work that ended without a result is called a bug', () => {
    const story: the.Story = [[10, { type: 'effect.crashed', effect: 'observe:shop', message: 'boom' }]];
    expect(lines(story, the.up).join('\n')).toContain('bug in rockpool');
  });
});

test.each<[string, the.Story, string[]]>([
  [
    'held changes',
    [
      [9, { type: 'watch.held', reason: 'git checkout in progress' }],
      [9, { type: 'watch.released' }],
    ],
    ['watch  changes wait: git checkout in progress', 'watch  goes on'],
  ],
  [
    'a changed manifest',
    [
      [
        9,
        {
          type: 'files.changed',
          images: {},
          manifests: ['k8s/web.yaml', 'k8s/db.yaml'],
          config: [],
          count: 2,
        },
      ],
    ],
    ['manifests  k8s/web.yaml and 1 more changed'],
  ],
  [
    'a rollout of several pods',
    [
      [
        9,
        the.workload(the.WEB, {
          rollout: 'progressing',
          desired: 3,
          ready: 3,
          reason: '1 of 3 pods updated',
        }),
      ],
    ],
    ['web  rolling out: 1 of 3 pods updated'],
  ],
  [
    'an image that was brought to the nodes',
    [
      [
        9,
        {
          type: 'image.delivered',
          image: 'shop/web',
          generation: 1,
          ref: 'shop/web:rp-1',
          way: 'minikube image load',
          skipped: false,
          durationMs: 2300,
        },
      ],
    ],
    ['shop/web  brought to the nodes by minikube image load in 2.3 s'],
  ],
  ['a workload set to no pods', [[9, the.workload(the.WEB, { desired: 0, ready: 0 })]], ['web  scaled to 0']],
  ['a deleted workload', [[9, { type: 'workload.deleted', key: the.WEB }]], ['web  deleted']],
  [
    'a workload that is deleted again and again',
    Array.from(
      { length: 4 },
      (_, index): the.Story => [
        [9 + index, the.workload(the.WEB, { rollout: 'progressing', ready: 0, images: ['shop/web:rp-1'] })],
        [9 + index, the.applied(the.WEB, 'unchanged')],
        [9 + index, { type: 'workload.deleted', key: the.WEB }],
        [9 + index, the.deployed(4 + index)],
      ],
    ).flat(),
    [
      ...['web  not ready: 0 of 1 pods', 'web  deleted', 'web  deleted', 'web  deleted', 'web  deleted'],
      '  somebody deletes it each time it is applied: `rockpool trigger deployment/web` applies it again',
    ],
  ],
  ['a finished Job', [[9, the.workload('Job/shop/migrate')]], ['migrate  done']],
  [
    'a warning',
    [[9, { ...the.applied(the.WEB, 'unchanged'), warnings: ['old API'] } as the.Story[number][1]]],
    ['Deployment/web  warning: old API'],
  ],
  [
    'the end',
    [[9, { type: 'session.stopping', reason: 'q was pressed' }]],
    ['shop  stopping: q was pressed'],
  ],
])('tells %s', (_name, story, expected) => {
  expect(lines(story, the.up)).toEqual(expected);
});
