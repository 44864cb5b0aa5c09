import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createObjectsClient } from '../../../src/sandbox/api/objects-client.ts';
import { startApi } from '../../../src/sandbox/api/start-api.ts';
import { NAMESPACES } from '../../../src/sandbox/controllers/objects.ts';
import { startControllers } from '../../../src/sandbox/controllers/start-controllers.ts';
import { pretendKubelet } from '../../support/pretend-kubelet.ts';

const run = promisify(execFile);

/** A cluster with a namespace of the test's, and stock kubectl for it. */
export interface OneCluster {
  readonly namespace: string;
  /** @returns its stdout */
  kubectl(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** The real test cluster. */
export async function realCluster(): Promise<OneCluster> {
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  await run('kubectl', ['create', 'namespace', namespace]);
  return {
    namespace,
    kubectl: async (...args) => (await run('kubectl', ['-n', namespace, ...args], LARGE)).stdout,
    close: async () => void (await run('kubectl', ['delete', 'namespace', namespace, '--wait=false'])),
  };
}

/** The sandbox with its controllers; its pods run in name only. */
export async function sandboxCluster(): Promise<OneCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  const unserved = () => Promise.reject(new Error('no pod runs here'));
  const api = await startApi({ pods: { log: unserved, upgrade: unserved } });
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal, ref: false }),
  };
  const bugs: unknown[] = [];
  const controllers = startControllers(api, {
    ...{ clock, volumes: join(folder, 'volumes'), certificate: api.certificate },
    report: (error) => bugs.push(error),
  });
  const objects = createObjectsClient(api.write, 'kubelet');
  const stop = pretendKubelet(objects);
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  objects.create(NAMESPACES, '', { metadata: { name: namespace } });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, api.kubeconfig, { mode: 0o600 });
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, 'cache') };
  return {
    namespace,
    kubectl: async (...args) => (await run('kubectl', ['-n', namespace, ...args], { ...LARGE, env })).stdout,
    async close() {
      stop();
      controllers.close();
      await api.server.close();
      await rm(folder, { recursive: true, force: true });
      if (bugs.length > 0) throw new AggregateError(bugs, 'a controller failed');
    },
  };
}

const LARGE = { maxBuffer: 64 * 1024 * 1024 };
