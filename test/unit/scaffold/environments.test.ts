import { expect, it } from 'vitest';
import { environmentOf, rankOf } from '../../../src/scaffold/propose/environments.ts';

it.each([
  ['k8s/dev/web.yaml', 'dev'],
  ['k8s/overlays/production', 'production'],
  ['deploy/web-staging.yaml', 'staging'],
  ['deploy/web.prod.yaml.liquid', 'prod'],
  ['charts/web/values-dev.yaml', 'dev'],
  ['k8s/prod/dev-tools.yaml', 'prod'],
  ['k8s/prod-eu/web.yaml', 'prod'],
  ['charts/web/values.test.yaml', 'test'],
  ['k8s/local-path-provisioner.yaml', undefined],
  ['k8s/payment-integration.yaml', undefined],
  ['k8s/ci-runner/web.yaml', undefined],
  ['k8s/devices/producer.yaml', undefined],
  ['k8s/web.yaml', undefined],
])('%s is for %s', (path, environment) => {
  expect(environmentOf(path)).toBe(environment);
});

it('puts this machine first and production last', () => {
  const all = ['production', undefined, 'staging', 'dev', 'test', 'local'];
  expect(all.sort((a, b) => rankOf(a) - rankOf(b))).toEqual([
    'local',
    'dev',
    'test',
    'staging',
    'production',
    undefined,
  ]);
});
