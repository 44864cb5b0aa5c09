import { expect, test } from 'vitest';
import { strategicPatch } from '../../../src/sandbox/api/patch/strategic-patch.ts';
import { rootShape } from '../../../src/sandbox/api/schema/shape.ts';

const shape = rootShape('V1Pod');
const pod = {
  spec: {
    containers: [
      { name: 'a', image: '1', args: ['x'] },
      { name: 'b', image: '1' },
    ],
    nodeSelector: { k: 'v' },
  },
};
const patched = (spec: unknown) => (strategicPatch(pod, { spec }, shape) as { spec: unknown }).spec;

test.each<[string, unknown, unknown]>([
  [
    'merges items by name',
    { containers: [{ name: 'b', image: '2' }] },
    { ...pod.spec, containers: [pod.spec.containers[0], { name: 'b', image: '2' }] },
  ],
  [
    'adds an item',
    { containers: [{ name: 'c' }] },
    { ...pod.spec, containers: [...pod.spec.containers, { name: 'c' }] },
  ],
  [
    'deletes an item',
    { containers: [{ name: 'a', $patch: 'delete' }] },
    { ...pod.spec, containers: [pod.spec.containers[1]] },
  ],
  [
    'replaces a list',
    { containers: [{ $patch: 'replace' }, { name: 'c' }] },
    { ...pod.spec, containers: [{ name: 'c' }] },
  ],
  [
    'takes a list of values as one',
    { containers: [{ name: 'a', args: ['y'] }] },
    { ...pod.spec, containers: [{ name: 'a', image: '1', args: ['y'] }, pod.spec.containers[1]] },
  ],
  ['deletes a field', { nodeSelector: null }, { containers: pod.spec.containers }],
  [
    'replaces a map',
    { nodeSelector: { $patch: 'replace', n: 'w' } },
    { ...pod.spec, nodeSelector: { n: 'w' } },
  ],
  [
    'orders items',
    { $setElementOrder: undefined, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    { ...pod.spec, containers: [...pod.spec.containers].reverse() },
  ],
  ['keeps the retained keys', { $retainKeys: ['containers'] }, { containers: pod.spec.containers }],
])('%s', (_, patch, expected) => {
  const given = Object.fromEntries(
    Object.entries(patch as object).filter(([, value]) => value !== undefined),
  );
  expect(patched(given)).toEqual(expected);
});

test('an item without its key is refused', () => {
  expect(() => patched({ containers: [{ image: 'x' }] })).toThrow(
    'does not contain declared merge key: name',
  );
});
