import { describe, expect, it, test } from 'vitest';
import { failureList } from '../../../src/diagnosis/failure-list.ts';
import type { SessionState } from '../../../src/session/state.ts';
import { container, pod, session, warning, workload } from './states.ts';

function told(state: SessionState): string[] {
  return failureList(state).map(({ code, message }) => `${code} ${message}`);
}

describe('pods that the cluster does not let be made', () => {
  it.each([
    [
      'pods "web-5d-x" is forbidden: exceeded quota: small, requested: pods=1,requests.cpu=200m, used: pods=2,requests.cpu=0, limited: pods=2,requests.cpu=100m',
      'QUOTA_EXCEEDED The quota small does not let the pods of Deployment web be made: pods 2 of 2 used, 1 more asked for; requests.cpu 0 of 100m used, 200m more asked for.',
    ],
    [
      'pods "web-5d-x" is forbidden: failed quota: small: must specify requests.cpu for: main',
      'QUOTA_EXCEEDED The quota small does not let the pods of Deployment web be made: must specify requests.cpu for: main.',
    ],
    [
      'pods "web-5d-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'POD_REFUSED The cluster does not let the pods of Deployment web be made: violates PodSecurity "restricted:latest": runAsNonRoot != true.',
    ],
    [
      'admission webhook "policy.example.com" denied the request: no latest tags',
      'WEBHOOK_DENIED The admission webhook policy.example.com does not let the pods of Deployment web be made: no latest tags.',
    ],
  ])('%s', (refused, expected) => {
    expect(told(session({ workloads: [workload({ refused })] }))).toEqual([expected]);
  });

  const quota =
    'pods "web-5d-x" is forbidden: exceeded quota: few, requested: pods=1, used: pods=5, limited: pods=5';
  const exceeded =
    'QUOTA_EXCEEDED The quota few does not let the pods of Deployment web be made: pods 5 of 5 used, 1 more asked for.';

  test('also while a pod of the version before serves', () => {
    const old = pod({ phase: 'Running', ready: true });
    const refused = workload({ refused: quota, updated: 0, ready: 1 });
    expect(told(session({ workloads: [refused], pods: [old] }))).toEqual([exceeded]);
    expect(told(session({ workloads: [{ ...refused, updated: 1 }], pods: [old] }))).toEqual([]);
  });

  test('a quota that has gone or allows more since is history', () => {
    const seen = (quotas: SessionState['quotas']) =>
      told(session({ workloads: [workload({ refused: quota })], quotas }));
    expect(seen({ 'shop/few': { hard: { pods: '5' } } })).toEqual([exceeded]);
    expect(seen({ 'shop/few': { hard: { pods: '6' } } })).toEqual([]);
    expect(seen({ 'shop/few': {} })).toEqual([]);
    expect(seen({ 'other/few': {} })).toEqual([exceeded]);
  });

  test('what was observed before the newest apply is history', () => {
    const before = workload({ refused: quota, revision: 0 });
    expect(told(session({ workloads: [before] }))).toEqual([]);
  });

  test('an earlier ReplicaSet says nothing of a Deployment, whose status tells', () => {
    const about = 'ReplicaSet/shop/web-7d9f8c6b5';
    const warnings = [warning({ about, reason: 'FailedCreate', message: `Error creating: ${quota}` })];
    expect(told(session({ warnings }))).toEqual([]);
  });

  test('kinds that tell it by events: of this object, since the apply that changed it, and no later pod', () => {
    const key = 'StatefulSet/shop/web';
    const message =
      'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found';
    const refused = { about: key, uid: 'now', reason: 'FailedCreate', message, at: 5000 };
    const seen = (over: { uid?: string; changedAt?: number }, pods: SessionState['pods'][string][] = []) => {
      const { uid = 'now', changedAt = 4000 } = over;
      return told(
        session({
          warnings: [warning({ ...refused, uid })],
          workloads: [workload({ key, uid: 'now', desired: 2 })],
          resources: { [key]: { key, file: 'k8s/web.yaml', images: [], hash: 'h', changedAt } },
          pods,
        }),
      );
    };
    const expected = [
      'SERVICE_ACCOUNT_MISSING There is no ServiceAccount robot, so the pods of StatefulSet web cannot be made.',
    ];
    const before = pod({ owner: key, createdAt: 4000, phase: 'Running', ready: true });
    expect(seen({})).toEqual(expected);
    expect(seen({}, [before])).toEqual(expected);
    expect(seen({}, [{ ...before, createdAt: 6000 }])).toEqual([]);
    expect(seen({ uid: 'before' })).toEqual([]);
    expect(seen({ changedAt: 7000 })).toEqual([]);
  });
  test('a ReplicaSet of another Deployment with a longer name is not meant', () => {
    const warnings = [
      warning({ about: 'ReplicaSet/shop/web-admin-7d9f8c6b5', reason: 'FailedCreate', message: 'x' }),
    ];
    expect(told(session({ warnings }))).toEqual([]);
  });
});

describe('Services that lead nowhere', () => {
  const resources = (seen = 1): SessionState['resources'] => ({
    'Deployment/shop/web': {
      key: 'Deployment/shop/web',
      file: 'a.yaml',
      images: [],
      hash: 'h',
      revision: seen,
    },
    'Service/shop/web': {
      ...{ key: 'Service/shop/web', file: 'k8s/service.yaml', images: [], hash: 'h' },
      places: {
        selector: { file: 'k8s/service.yaml', line: 6 },
        'targetPort:80': { file: 'k8s/service.yaml', line: 10 },
      },
    },
  });
  const services = (
    selector: Record<string, string>,
    targetPort: string | number = 8080,
  ): SessionState['services'] => ({
    'shop/web': { namespace: 'shop', name: 'web', selector, ports: [{ port: 80, targetPort }] },
  });

  test('no pod has the labels', () => {
    const state = session({ services: services({ app: 'wbe' }), resources: resources() });
    expect(failureList(state)).toMatchObject([
      {
        code: 'SERVICE_SELECTS_NOTHING',
        message:
          'Service web leads nowhere: no pod has the labels of its selector, app=wbe. The nearest is Deployment web, which has app=web.',
        at: { file: 'k8s/service.yaml', line: 6 },
      },
    ]);
  });

  it.each<[what: string, over: Partial<SessionState>]>([
    ['pods that are not there yet', { services: services({ app: 'web' }), resources: resources() }],
    [
      'a deploy that is under way',
      {
        services: services({ app: 'wbe' }),
        resources: resources(),
        deploy: { ...session({}).deploy, generation: 1 },
      },
    ],
    [
      'a Deployment that was not seen as it was applied',
      { services: services({ app: 'wbe' }), resources: resources(2) },
    ],
    ['a Service of somebody else', { services: services({ app: 'wbe' }) }],
    [
      'one without a selector',
      { services: { 'shop/web': { namespace: 'shop', name: 'web', ports: [] } }, resources: resources() },
    ],
  ])('none: %s', (_, over) => {
    const { pods: _pods, workloads: _workloads, warnings: _warnings, ...rest } = over;
    expect(told(session(rest))).toEqual([]);
  });

  test('no container port has the name', () => {
    const pods = [pod({ phase: 'Running', ready: true }, { ready: true, ports: { http: 8080 } })];
    const state = session({ pods, services: services({ app: 'web' }, 'htpp'), resources: resources() });
    expect(failureList(state)).toMatchObject([
      {
        code: 'SERVICE_PORT_MISSING',
        message:
          'Service web leads nowhere on port 80: its pods have no container port named htpp; their ports are named http.',
        hint: 'Did you mean http?',
        at: { file: 'k8s/service.yaml', line: 10 },
      },
    ]);
  });
});

describe('ports that nobody listens on', () => {
  const refusedPorts = {
    'u1:8080': {
      forward: 'service/web:80',
      namespace: 'shop',
      pod: 'web-1',
      uid: 'u1',
      port: 8080,
      message: 'refused',
    },
  };

  test('are told with the ports that the containers declare', () => {
    const pods = [pod({ phase: 'Running', ready: true }, container({ ready: true, declared: [3000] }))];
    expect(told(session({ pods, refusedPorts }))).toEqual([
      'PORT_NOT_LISTENED The forward reaches pod web-1, but nobody listens on port 8080 there. Its containers declare 3000 (main).',
    ]);
  });

  test('not of a pod that has been replaced', () => {
    const pods = [pod({ uid: 'u2', phase: 'Running', ready: true }, { ready: true })];
    expect(told(session({ pods, refusedPorts }))).toEqual([]);
  });
});

describe('nodes', () => {
  const lost = { name: 'two', ready: false, unschedulable: false };

  test('one that no pod of the session is on is nobody’s business', () => {
    const nodes = { one: { name: 'one', ready: true, unschedulable: false }, two: lost };
    expect(told(session({ nodes }))).toEqual([]);
  });

  test('the only one is, and is what keeps pods from being scheduled', () => {
    const message =
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.';
    const pods = [pod({ reason: 'Unschedulable', message })];
    expect(told(session({ nodes: { two: lost }, pods }))).toEqual(['NODE_NOT_READY Node two is not ready.']);
  });
});
