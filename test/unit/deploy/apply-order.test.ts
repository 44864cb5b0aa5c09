import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inApplyOrder } from '../../../src/deploy/apply-order.ts';

const item = (type: string, index = 0) => {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { index, manifest: { apiVersion, kind, metadata: { name: `${kind}-${index}` } } };
};
const types = [
  'v1 Namespace',
  'apiextensions.k8s.io/v1 CustomResourceDefinition',
  'rbac.authorization.k8s.io/v1 Role',
  'v1 ConfigMap',
  'v1 Service',
  'apps/v1 Deployment',
  'networking.k8s.io/v1 Ingress',
];

describe('inApplyOrder', () => {
  it('puts what others need before them, from any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(types, { minLength: 1 }), (shuffled) => {
        const order = inApplyOrder(shuffled.map((type) => item(type))).flat();
        const kinds = order.map(({ manifest }) => manifest.kind);
        expect(kinds).toEqual(
          types.filter((type) => shuffled.includes(type)).map((type) => type.split(' ')[1]),
        );
      }),
    );
  });

  it('loses nothing, and keeps the order of the files within a class', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types, 'batch/v1 Job', 'example.com/v1 Pool')), (list) => {
        const items = list.map(item);
        const groups = inApplyOrder(items);
        expect(groups.flat().toSorted((a, b) => a.index - b.index)).toEqual(items);
        for (const group of groups) expect(group).toEqual(group.toSorted((a, b) => a.index - b.index));
      }),
    );
  });
});
