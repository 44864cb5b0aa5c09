import { expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../../../src/sandbox/kubelet/objects.ts';
import { curlConfig, namesFor } from '../../../../src/sandbox/kubelet/services/service-places.ts';

const service = (name: string, namespace: string, clusterIP: string) =>
  ({ metadata: { name, namespace, uid: name }, spec: { clusterIP } }) as unknown as Service;
const slice = (of: string, namespace: string, endpoints: object[]) =>
  ({
    metadata: { name: `${of}-1`, namespace, labels: { 'kubernetes.io/service-name': of } },
    endpoints,
  }) as unknown as EndpointSlice;

const named = {
  services: [
    service('api', 'shop', '127.96.0.1'),
    service('db', 'shop', 'None'),
    service('api', 'other', '127.96.0.2'),
  ],
  slices: [
    slice('db', 'shop', [
      { addresses: ['127.32.0.9'], hostname: 'db-1', conditions: { ready: false } },
      { addresses: ['127.32.0.8'], hostname: 'db-0', conditions: { ready: true } },
    ]),
  ],
  placeOf: ({ spec }: Service) =>
    spec?.clusterIP === 'None' ? undefined : { address: spec?.clusterIP ?? '', ports: {} },
};

test('names as DNS has them in a namespace', () => {
  const names = namesFor('shop', named);
  const leads = (address: string) => Object.keys(names).filter((name) => names[name]?.address === address);
  expect(leads('127.96.0.1')).toEqual(['api.shop', 'api.shop.svc', 'api.shop.svc.cluster.local', 'api']);
  expect(leads('127.96.0.2')).toEqual(['api.other', 'api.other.svc', 'api.other.svc.cluster.local']);
  expect(leads('127.32.0.8')).toContain('db');
  expect(leads('127.32.0.8')).toContain('db-0.db');
  expect(leads('127.32.0.9')).toEqual([]);
});

test('the same for curl', () => {
  const names = { api: { address: '127.0.0.1', ports: { '80': 40_001 } } };
  expect(curlConfig('127.32.0.1', names).split('\n')).toEqual([
    'connect-to = "api:80:127.0.0.1:40001"',
    'connect-to = "api::127.0.0.1:"',
    'connect-to = "localhost::127.32.0.1:"',
    'connect-to = "127.0.0.1::127.32.0.1:"',
    '',
  ]);
});
