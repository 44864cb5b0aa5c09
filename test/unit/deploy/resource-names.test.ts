import { expect, test } from 'vitest';
import { oneOfEachName, resourceNameHint } from '../../../src/deploy/resource-names.ts';

const cause = (name: string, message: string) => ({
  ...{ reason: 'FieldValueInvalid', field: `spec.template.spec.containers[0].resources.limits[${name}]` },
  message: `Invalid value: "${name}": ${message}`,
});
const first = cause('cpus', 'must be a standard resource type or fully qualified');
const second = cause('cpus', 'must be a standard resource for containers');
const negative = { ...cause('cpu', 'must be greater than or equal to 0') };

test('a resource name that does not exist is told once, with the nearest that does', () => {
  expect(oneOfEachName([first, second, negative, negative])).toEqual([first, negative, negative]);
  expect(resourceNameHint(first)).toEqual({ hint: 'did you mean "cpu"?' });
  expect(resourceNameHint(cause('disk', 'must be a standard resource for containers'))).toEqual({
    hint: 'known are cpu, memory, ephemeral-storage',
  });
  expect(resourceNameHint(negative)).toEqual({});
});
