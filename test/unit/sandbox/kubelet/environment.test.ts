import { expect, test } from 'vitest';
import { containerVariables } from '../../../../src/sandbox/kubelet/environment/container-variables.ts';
import { expand } from '../../../../src/sandbox/kubelet/environment/expand.ts';
import { serviceVariables } from '../../../../src/sandbox/kubelet/environment/service-variables.ts';
import type { Container, Pod } from '../../../../src/sandbox/kubelet/objects.ts';

test.each([
  ['$(A) and $(A)', 'a and a'],
  ['$(NOBODY)', '$(NOBODY)'],
  ['$$(A)', '$(A)'],
  ['$A ${A} $', '$A ${A} $'],
])('%s', (text, expanded) => {
  expect(expand(text, { A: 'a' })).toBe(expanded);
});

const pod = {
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u', labels: { app: 'web', b: 'x' } },
  spec: { nodeName: 'sandbox', containers: [] },
  status: { podIP: '127.32.0.1', hostIP: '127.0.0.1' },
} as unknown as Pod;
const sources = {
  ...{
    pod,
    capacity: { cpu: 2, memory: 2 ** 30 },
    services: { API_SERVICE_HOST: '127.96.0.1', OVER: 'service' },
  },
  configMap: (name: string) => (name === 'cm' ? ({ data: { a: 'A', OVER: 'map' } } as never) : undefined),
  secret: (name: string) => (name === 'sec' ? ({ data: { p: btoa('word') } } as never) : undefined),
};
const container = (fields: Partial<Container>): Container => ({ name: 'c', ...fields });
const from = (valueFrom: object) => container({ env: [{ name: 'X', valueFrom }] as never });

test('Services, then envFrom, then env; later ones win, and may refer to earlier ones', () => {
  const values = containerVariables(
    container({
      envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'P_', configMapRef: { name: 'cm' } }],
      env: [
        { name: 'URL', value: 'http://$(API_SERVICE_HOST)/$(a)/$(LATER)' },
        { name: 'LATER', value: '1' },
      ],
    }),
    sources,
  );
  expect(values).toEqual({
    ...{ API_SERVICE_HOST: '127.96.0.1', OVER: 'map', a: 'A', P_a: 'A', P_OVER: 'map' },
    ...{ URL: 'http://127.96.0.1/A/$(LATER)', LATER: '1' },
  });
});

test.each([
  [{ fieldRef: { fieldPath: 'metadata.name' } }, 'web-1'],
  [{ fieldRef: { fieldPath: "metadata.labels['app']" } }, 'web'],
  [{ fieldRef: { fieldPath: 'metadata.labels' } }, 'app="web"\nb="x"'],
  [{ fieldRef: { fieldPath: 'status.podIP' } }, '127.32.0.1'],
  [{ resourceFieldRef: { resource: 'limits.cpu' } }, '2'],
  [{ resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }, '1024'],
  [{ configMapKeyRef: { name: 'cm', key: 'a' } }, 'A'],
  [{ secretKeyRef: { name: 'sec', key: 'p' } }, 'word'],
  [{ configMapKeyRef: { name: 'cm', key: 'b', optional: true } }, undefined],
  [{ configMapKeyRef: { name: 'none', key: 'b', optional: true } }, undefined],
])('%j', (valueFrom, value) => {
  expect(containerVariables(from(valueFrom), sources).X).toBe(value);
});

test.each([
  [{ configMapKeyRef: { name: 'none', key: 'a' } }, 'configmap "none" not found'],
  [{ configMapKeyRef: { name: 'cm', key: 'b' } }, "couldn't find key b in ConfigMap shop/cm"],
  [{ secretKeyRef: { name: 'none', key: 'a' } }, 'secret "none" not found'],
  [{ secretKeyRef: { name: 'sec', key: 'b' } }, "couldn't find key b in Secret shop/sec"],
  [
    { fieldRef: { fieldPath: 'spec.nope' } },
    'the sandbox does not know this source of a variable: spec.nope',
  ],
])('%j is said in words', (valueFrom, message) => {
  expect(() => containerVariables(from(valueFrom), sources)).toThrow(message);
});

test('variables of Services, with the port where it is answered', () => {
  const place = { address: '127.0.0.1', ports: { '80': 40_001 } };
  const ports = [{ name: 'http', port: 80 }, { port: 9000 }];
  expect(serviceVariables([{ name: 'my-api', place, ports }])).toEqual({
    MY_API_SERVICE_HOST: '127.0.0.1',
    MY_API_SERVICE_PORT: '40001',
    MY_API_SERVICE_PORT_HTTP: '40001',
    MY_API_PORT: 'tcp://127.0.0.1:40001',
    MY_API_PORT_80_TCP: 'tcp://127.0.0.1:40001',
    MY_API_PORT_80_TCP_PROTO: 'tcp',
    MY_API_PORT_80_TCP_PORT: '40001',
    MY_API_PORT_80_TCP_ADDR: '127.0.0.1',
    MY_API_PORT_9000_TCP: 'tcp://127.0.0.1:9000',
    MY_API_PORT_9000_TCP_PROTO: 'tcp',
    MY_API_PORT_9000_TCP_PORT: '9000',
    MY_API_PORT_9000_TCP_ADDR: '127.0.0.1',
  });
});
