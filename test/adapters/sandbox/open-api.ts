import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { KubeClient, KubeConnections } from '../../../src/kube/kube-client.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig.ts';
import { createUndiciKubeClient } from '../../../src/kube/undici-kube-client.ts';
import type { ApiServerOptions } from '../../../src/sandbox/api/api-server.ts';
import { type Api, startApi } from '../../../src/sandbox/api/start-api.ts';

export interface OpenApi {
  readonly api: Api;
  readonly client: KubeClient & KubeConnections;
  /** of the kubeconfig file */
  readonly kubeconfig: string;
}

const pods = {
  log: () => Promise.reject(new Error('no pod runs here')),
  upgrade: () => Promise.reject(new Error('no pod runs here')),
};

/** The API of an empty sandbox with a namespace `shop`, and rockpool's own client for it; both end with the test. */
export async function openApi(fault?: ApiServerOptions['fault']): Promise<OpenApi> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const api = await startApi({ pods, ...(fault ? { fault } : {}) });
  onTestFinished(() => api.server.close());
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, api.kubeconfig);
  const client = await createUndiciKubeClient(await loadKubeConfig({ path: kubeconfig, env: {} }), 'sandbox');
  onTestFinished(() => client.close());
  await client.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  });
  return { api, client, kubeconfig };
}
