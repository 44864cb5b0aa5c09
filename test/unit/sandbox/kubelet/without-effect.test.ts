import { expect, test } from 'vitest';
import type { Pod } from '../../../../src/sandbox/kubelet/objects.ts';
import { withoutEffect } from '../../../../src/sandbox/kubelet/without-effect.ts';

test.each([
  [
    {
      containers: [{ name: 'c', ports: [{ containerPort: 1, protocol: 'TCP' }], resources: {} }],
      securityContext: {},
    },
    [],
  ],
  [{ activeDeadlineSeconds: 3, containers: [] }, ['activeDeadlineSeconds']],
  [
    {
      containers: [
        { name: 'a', resources: { limits: { cpu: '1' } }, securityContext: { runAsUser: 1 } },
        { name: 'b', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 1, protocol: 'UDP' }] },
      ],
    },
    ['resources.limits', 'securityContext', 'ports.protocol'],
  ],
])('%j', (spec, fields) => {
  expect(withoutEffect({ spec } as unknown as Pod)).toEqual(fields);
});
