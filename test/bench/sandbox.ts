/**
 * How long the sandbox takes to start, and what it needs when 20 pods without probes run in it:
 *
 *   npm run bench:sandbox        prints both in one line
 *
 * The start is that of an empty cluster in a process that has loaded its code, until its API answers; the need is the
 * processor time of that process in 20 s. Both say little on a machine that others use too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/cli/system-clock.ts';
import type { KubeClient } from '../../src/kube/kube-client.ts';
import { loadKubeConfig } from '../../src/kube/kubeconfig.ts';
import { createUndiciKubeClient } from '../../src/kube/undici-kube-client.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

const PODS = 20;
/** ms */
const REST = 20_000;
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-'));
const path = join(folder, 'kubeconfig');
const began = performance.now();
const sandbox = await startSandbox({
  ...{ dir: join(folder, 'sandbox'), kubeconfig: path, clock: systemClock },
  onWarning: () => undefined,
  report: (error) => console.error('sandbox:', error),
});
const client = await createUndiciKubeClient(await loadKubeConfig({ path, env: {} }), 'sandbox');
await client.request({ method: 'GET', path: '/api/v1/namespaces' });
const start = performance.now() - began;
try {
  await run(client);
  const before = process.cpuUsage();
  await sleep(REST);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / REST;
  console.log(
    `sandbox: starts in ${start.toFixed(0)} ms; idle with ${PODS} pods: ${(share * 100).toFixed(2)} % of a core`,
  );
} finally {
  await client.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}

/** Pods that only sleep, all of them ready. */
async function run({ request }: Pick<KubeClient, 'request'>): Promise<void> {
  const labels = { app: 'idle' };
  const containers = [{ name: 'main', image: 'busybox', command: ['sleep', '100000'] }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas: PODS, selector: { matchLabels: labels }, template };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'idle' }, spec };
  await request({ method: 'POST', path: DEPLOYMENTS, body });
  const ready = async () =>
    (await request<{ status?: { readyReplicas?: number } }>({ method: 'GET', path: `${DEPLOYMENTS}/idle` }))
      .body.status?.readyReplicas;
  while ((await ready()) !== PODS) await sleep(100);
  // What followed the start is over.
  await sleep(5000);
}
