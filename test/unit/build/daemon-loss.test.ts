import { expect, test } from 'vitest';
import { isDaemonLoss } from '../../../src/build/daemon-loss.ts';

test.each([
  ['failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF', true],
  ['failed to solve: Unavailable: error reading from server: EOF', true],
  ['process "/bin/sh -c npm ci" did not complete successfully: context canceled', true],
  ['rpc error: code = Canceled desc = context canceled', true],
  ['Cannot connect to the Docker daemon at tcp://127.0.0.1:2376. Is the docker daemon running?', true],
  [
    'error during connect: Head "https://127.0.0.1:2376/_ping": dial tcp 127.0.0.1:2376: connect: connection refused',
    true,
  ],
  ['read tcp 127.0.0.1:51234->127.0.0.1:2376: read: connection reset by peer', true],
  ['the daemon ended the build without an image', true],
  ['process "/bin/sh -c npm ci" did not complete successfully: exit code: 1', false],
  [
    'process "/bin/sh -c curl x: connection reset by peer" did not complete successfully: exit code: 56',
    false,
  ],
  [
    'failed to solve: nginx: failed to resolve source metadata for nginx:latest: failed to do request: Head "https://registry.example/v2/": EOF',
    false,
  ],
  ['dockerfile parse error on line 3: unknown instruction: RNU', false],
])('%s: %s', (error, isLoss) => {
  expect(isDaemonLoss(error)).toBe(isLoss);
});
