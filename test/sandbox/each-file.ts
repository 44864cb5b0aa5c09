import { basename } from 'node:path';
import { beforeEach, inject } from 'vitest';
import { NOT_ON_SANDBOX } from './not-on-sandbox.ts';

// Only for this worker: other projects of the same run have clusters of their own, or none.
process.env['KUBECONFIG'] = inject('kubeconfig');
process.env['ROCKPOOL_TEST_KUBECTL'] = 'own';
// The whole suite is to take a minute.
process.env['ROCKPOOL_TEST_ROUNDS'] ??= '10';

beforeEach(({ task, skip }) => {
  const known = NOT_ON_SANDBOX.find(
    ({ file, test }) => file === basename(task.file.filepath) && test === task.name,
  );
  if (known) skip(known.reason);
});
