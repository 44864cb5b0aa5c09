import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifestHash } from '../../../src/deploy/manifest-hash.ts';

it('is the same whatever the order of keys, and another for another value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (map, key) => {
      const reversed = Object.fromEntries(Object.entries(map).reverse());
      expect(manifestHash(reversed)).toBe(manifestHash(map));
      expect(manifestHash({ ...map, [key]: 'another value' })).not.toBe(manifestHash(map));
    }),
  );
  expect(manifestHash({ a: [1, 2] })).not.toBe(manifestHash({ a: [2, 1] }));
  expect(manifestHash({ a: 1, b: undefined })).toBe(manifestHash({ a: 1 }));
});
