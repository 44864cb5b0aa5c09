import { expect, it } from 'vitest';
import { withSecretData } from '../../../src/deploy/secret-data.ts';

const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...fields });

it.each([
  ['text as base64', { stringData: { a: 'é' } }, { data: { a: 'w6k=' } }],
  [
    'text before data',
    { data: { a: 'eA==', b: 'eA==' }, stringData: { a: 'y' } },
    { data: { a: 'eQ==', b: 'eA==' } },
  ],
  ['no text at all as it is', { stringData: { a: 1 } }, { stringData: { a: 1 } }],
  ['data as it is', { data: { a: 'eA==' } }, { data: { a: 'eA==' } }],
])('takes %s', (_, fields, expected) => {
  expect(withSecretData(secret(fields))).toEqual(secret(expected));
});

it('leaves other kinds alone', () => {
  const manifest = { ...secret({ stringData: { a: 'x' } }), kind: 'ConfigMap' };
  expect(withSecretData(manifest)).toBe(manifest);
});
