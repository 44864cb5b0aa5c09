import { describe, expect, it } from 'vitest';
import { resolveFieldPath } from '../../../src/deploy/field-path.ts';

const manifest = {
  metadata: { labels: { 'app.kubernetes.io/name': 'a', app: 'b' } },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: 'x',
            env: [{ name: 'A' }, { name: 'B', valu: 1 }],
            ports: [{ containerPort: 80 }, { containerPort: 81, protocol: 'UDP' }],
          },
        ],
      },
    },
    finalizers: ['a', 'b'],
  },
};
const containers = ['spec', 'template', 'spec', 'containers', 0];

describe('resolveFieldPath', () => {
  it.each([
    ['spec.template.spec.containers[0].env[1].valu', [...containers, 'env', 1, 'valu']],
    ['.spec.template.spec.containers[name="x"].env[name="B"].valu', [...containers, 'env', 1, 'valu']],
    [
      'spec.template.spec.containers[name="x"].ports[containerPort=80,protocol="TCP"].containerPort',
      [...containers, 'ports', 0, 'containerPort'],
    ],
    [
      'spec.template.spec.containers[name="x"].ports[containerPort=81,protocol="UDP"]',
      [...containers, 'ports', 1],
    ],
    ['metadata.labels.app.kubernetes.io/name', ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['metadata.labels[app.kubernetes.io/name]', ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['spec.finalizers[="b"]', ['spec', 'finalizers', 1]],
    ['spec.template.spec.containers[name="y"].image', ['spec', 'template', 'spec', 'containers']],
    ['spec.nothing.here', ['spec']],
    ['', []],
  ])('%s', (field, path) => {
    expect(resolveFieldPath(manifest, field)).toEqual(path);
  });
});
