import { expect, it } from 'vitest';
import { forwardFailures } from '../../../src/diagnosis/forward-failures.ts';
import type { ForwardSpec } from '../../../src/session/events.ts';
import { initialState, type SessionState } from '../../../src/session/state.ts';

const spec = (over: Partial<ForwardSpec>): ForwardSpec => ({
  ...{ id: 'service/web:80', kind: 'service', name: 'web', namespace: 'shop', port: 80, local: 8080 },
  ...over,
});

/** A session that has applied all it has; the cluster has a Service web with port 80 (http) and a Deployment api. */
const session = (over: Partial<ForwardSpec>, resources: readonly string[] = []): SessionState => ({
  ...initialState,
  forwards: { f: { spec: spec(over) } },
  resources: Object.fromEntries(resources.map((key) => [key, { key, file: 'k8s/a.yaml', images: [] }])),
  services: {
    'shop/web': { namespace: 'shop', name: 'web', ports: [{ name: 'http', port: 80, targetPort: 80 }] },
  },
  workloads: {
    'Deployment/shop/api': {
      ...{ key: 'Deployment/shop/api', mine: true, rollout: 'complete', desired: 1, updated: 1, ready: 1 },
      ...{ images: [], since: 0 },
    },
  },
});

it.each<[Partial<ForwardSpec>, string]>([
  [{ name: 'wep' }, 'there is no Service wep in namespace shop. Did you mean "web"?'],
  [{ namespace: 'other' }, 'there is no Service web in namespace other.'],
  [{ port: 81 }, 'Service web has no port 81; it has 80 (http).'],
  [{ kind: 'deployment', name: 'apl' }, 'there is no Deployment apl in namespace shop. Did you mean "api"?'],
  [{ kind: 'pod', name: 'x' }, 'there is no Pod x in namespace shop.'],
])('%o leads nowhere', (over, why) => {
  const [failure] = forwardFailures(session(over));
  expect(failure).toMatchObject({ code: 'FORWARD_NO_TARGET', message: expect.stringContaining(why) });
});

it.each<[string, Partial<ForwardSpec>, string[]]>([
  ['a Service that is there', {}, []],
  ['its port by name', { port: 'http' }, []],
  ['a workload that is there', { kind: 'deployment', name: 'api' }, []],
  ['what a manifest is about to make', { name: 'new' }, ['Service/shop/new']],
])('no failure: %s', (_, over, resources) => {
  expect(forwardFailures(session(over, resources))).toEqual([]);
});

it('nothing is said while a deploy is under way', () => {
  const state = session({ name: 'wep' });
  expect(forwardFailures({ ...state, deploy: { ...state.deploy, generation: 2, done: 1 } })).toEqual([]);
});
