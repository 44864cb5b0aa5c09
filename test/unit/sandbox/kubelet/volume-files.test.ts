import { expect, test } from 'vitest';
import type { Pod, Volume } from '../../../../src/sandbox/kubelet/objects.ts';
import { volumeFiles } from '../../../../src/sandbox/kubelet/volumes/volume-files.ts';

const sources = {
  pod: { metadata: { name: 'web-1', namespace: 'shop' } } as Pod,
  capacity: { cpu: 1, memory: 1 },
  configMap: (name: string) =>
    name === 'cm' ? ({ data: { a: 'A', b: 'B' }, binaryData: { c: btoa('C') } } as never) : undefined,
  secret: (name: string) => (name === 'sec' ? ({ data: { p: btoa('word') } } as never) : undefined),
};
const files = (volume: Omit<Volume, 'name'>) =>
  volumeFiles({ name: 'v', ...volume }, sources)?.map(
    ({ path, bytes, mode }) => `${path} ${bytes} ${mode.toString(8)}`,
  );

test.each<[Omit<Volume, 'name'>, string[] | undefined]>([
  [{ emptyDir: {} }, undefined],
  [{ configMap: { name: 'cm' } }, ['a A 644', 'b B 644', 'c C 644']],
  [{ configMap: { name: 'cm', defaultMode: 0o400, items: [{ key: 'a', path: 'x/y' }] } }, ['x/y A 400']],
  [{ configMap: { name: 'none', optional: true } }, []],
  [{ secret: { secretName: 'sec' } }, ['p word 644']],
  [
    { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
    ['name web-1 644'],
  ],
  [
    {
      projected: {
        defaultMode: 0o600,
        sources: [
          { secret: { name: 'sec' } },
          { configMap: { name: 'cm', items: [{ key: 'b', path: 'b' }] } },
        ],
      },
    },
    ['p word 600', 'b B 600'],
  ],
])('%j', (volume, expected) => {
  expect(files(volume)).toEqual(expected);
});

test.each<[Omit<Volume, 'name'>, string]>([
  [{ configMap: { name: 'none' } }, 'configmap "none" not found'],
  [{ secret: { secretName: 'none' } }, 'secret "none" not found'],
  [
    { configMap: { name: 'cm', items: [{ key: 'z', path: 'z' }] } },
    'references non-existent configmap key: z',
  ],
  [
    { configMap: { name: 'cm', items: [{ key: 'a', path: '../../etc/a' }] } },
    "must be a relative path without '..'",
  ],
  [
    { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    'the sandbox does not project serviceAccountToken',
  ],
])('%j is refused in words', (volume, message) => {
  expect(() => files(volume)).toThrow(message);
});
