import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ownKubectl } from '../sandbox/kubectl/own-kubectl.ts';

const run = promisify(execFile);

/**
 * What kubectl prints. Rejects when it fails, with its exit code as `code`. Where the suite needs nothing installed, the
 * few verbs that tests of the loop use are done over the API in its place.
 */
export async function kubectl(...args: string[]): Promise<string> {
  if (process.env['ROCKPOOL_TEST_KUBECTL'] === 'own') return ownKubectl(args);
  return (await run('kubectl', args, { maxBuffer: 64 << 20 })).stdout;
}
