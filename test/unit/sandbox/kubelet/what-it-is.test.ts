import { expect, test } from 'vitest';
import { whatItIs } from '../../../../src/sandbox/kubelet/what-it-is.ts';

test('says that nothing is isolated, and what works instead of addresses and names', () => {
  expect(whatItIs('linux').join('\n')).toMatch(
    /isolates nothing[\s\S]*address of its own[\s\S]*SERVICE_HOST/,
  );
  expect(whatItIs('darwin').join('\n')).toMatch(
    /isolates nothing[\s\S]*share 127\.0\.0\.1[\s\S]*SERVICE_HOST/,
  );
});
