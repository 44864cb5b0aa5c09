import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyProject, kubectl, rockpool, type TestProject } from './harness.ts';

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
  'a context named minikube that is not of this machine’s minikube gets exit 3',
  async () => {
    await mkdir(join(project.dir, '.minikube'));
    await writeFile(join(project.dir, '.minikube', 'ca.crt'), ANOTHER_AUTHORITY);
    const env = { MINIKUBE_HOME: project.dir };
    const refused = await rockpool(['apply', '-n', project.namespace], { cwd: project.dir, env });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('contexts: [minikube]');
    // with the authority that the kubeconfig has, it is
    const ca = await kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', CA_DATA);
    await writeFile(join(project.dir, '.minikube', 'ca.crt'), Buffer.from(ca, 'base64'));
    const allowed = await rockpool(['down', '-n', project.namespace], { cwd: project.dir, env });
    expect(allowed.code).toBe(0);
  },
);

const CA_DATA = 'jsonpath={.clusters[0].cluster.certificate-authority-data}';
const ANOTHER_AUTHORITY = '-----BEGIN CERTIFICATE-----\nT1RIRVI=\n-----END CERTIFICATE-----\n';

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
