import { expect, it } from 'vitest';
import { unknownFields } from '../../../src/deploy/unknown-fields.ts';

const schemas = {
  spec: {
    properties: {
      replicas: {},
      labels: { additionalProperties: {} },
      containers: { items: { allOf: [{ $ref: '#/components/schemas/container' }] } },
      anything: { 'x-kubernetes-preserve-unknown-fields': true, properties: { a: {} } },
      open: {},
    },
  },
  container: { properties: { image: {}, name: {} } },
};
const kind = { properties: { apiVersion: {}, spec: { $ref: '#/components/schemas/spec' } } };

it('finds every field that the schema does not have, through references, lists and maps, and what was meant', () => {
  const manifest = {
    apiVersion: 'v1',
    spec: {
      replica: 1,
      labels: { whatever: '1' },
      containers: [{ image: 'a' }, { imge: 'b', name: 'c' }],
      anything: { b: 1 },
      open: { c: { d: 1 } },
    },
    sepc: {},
  };
  expect(unknownFields(manifest, kind, schemas)).toEqual([
    { path: ['spec', 'replica'], hint: 'did you mean "replicas"?' },
    { path: ['spec', 'containers', 1, 'imge'], hint: 'did you mean "image"?' },
    { path: ['sepc'], hint: 'did you mean "spec"?' },
  ]);
});
