import { expect, test } from 'vitest';
import { resolveConflict } from '../../../src/deploy/resolve-conflict.ts';

const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { replicas: 2 },
};
const live = { ...manifest, spec: { replicas: 1 } };
const field = 'spec.replicas';
const apply = { manager: 'kubectl-client-side-apply', field };
const scale = { manager: 'kubectl', subresource: 'scale', field };
const kept = (who: string) =>
  `${who} set spec.replicas to 1: it stays so until the manifest says something else than 2`;

test.each([
  ['of a scaling and an apply, it is the scaling', [apply, scale], false, [kept('kubectl scale')]],
  ['also when it is taken over', [scale, apply], true, [kept('kubectl scale')]],
  ['of an apply alone, it is the apply', [apply], false, [kept('kubectl apply')]],
  [
    'other fields are told beside it',
    [apply, scale, { ...apply, field: 'spec.paused' }],
    false,
    [kept('kubectl scale'), "kubectl apply had changed spec.paused: the manifest's value is back"],
  ],
])('whose count stays: %s', (_, conflicts, isAdoption, warnings) => {
  const resolution = resolveConflict(conflicts, manifest, live, isAdoption);
  expect(resolution?.warnings).toEqual(warnings);
  expect(resolution?.manifest.spec).toEqual({});
});
