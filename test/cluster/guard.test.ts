import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyProject, rockpool, type TestProject } from './harness.ts';

const folder = process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster';

let project: TestProject;

beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
});
afterEach(() => project.remove());

/** Requests that the apiserver got from the user of the context `prod-eu`, by its own audit log. */
async function requestsAsProd(): Promise<string[]> {
  const log = await readFile(join(folder, 'log', 'audit.log'), 'utf8');
  const entries = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { user: { username: string }; verb: string });
  return entries.filter((entry) => entry.user.username === 'prod-user').map((entry) => entry.verb);
}

test.skipIf(process.env['ROCKPOOL_TEST_CONTEXT'])(
  'a context that is not allowed gets exit 3 and not one request, counted at the server',
  async () => {
    const env = { KUBECONFIG: join(folder, 'kubeconfig-prod') };
    const before = await requestsAsProd();
    for (const command of [['up', '--output', 'plain'], ['apply'], ['down'], ['build'], ['diff']]) {
      const { code, stderr } = await rockpool(command, { cwd: project.dir, env });
      expect({ command, code }).toEqual({ command, code: 3 });
      expect(stderr).toContain('prod-eu');
      expect(stderr).toContain('contexts:');
    }
    expect((await requestsAsProd()).length).toBe(before.length);
  },
);

test.skipIf(process.env['ROCKPOOL_TEST_CONTEXT'])(
  'the same context is used once rockpool.yaml lists it, and the count sees it',
  async () => {
    const env = { KUBECONFIG: join(folder, 'kubeconfig-prod') };
    await project.edit('rockpool.yaml', 'name: hello', 'name: hello\ncontexts: [prod-eu]');
    const before = await requestsAsProd();
    await rockpool(['down', '-n', project.namespace], { cwd: project.dir, env });
    expect((await requestsAsProd()).length).toBeGreaterThan(before.length);
  },
);
