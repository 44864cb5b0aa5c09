import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { createFileImageStore } from '../../../src/sandbox/docker/file-image-store.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { imageOf } from '../../adapters/sandbox/runtime/image-of.ts';

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

/** The sandbox, with an image `busybox` that has nothing but what is on this machine. */
export async function sandboxCluster(): Promise<OneCluster> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'rockpool-test-')));
  const busybox = imageOf(dir, {}, { refs: ['busybox:latest'] });
  createFileImageStore(join(dir, 'images')).add(busybox);
  const bugs: unknown[] = [];
  const sandbox = await startSandbox({
    dir,
    kubeconfig: join(dir, 'kubeconfig'),
    onWarning: () => {},
    clock: systemClock,
    report: (error) => bugs.push(error),
  });
  const env = { ...process.env, KUBECONFIG: sandbox.kubeconfig, KUBECACHEDIR: join(dir, 'cache') };
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  await run('kubectl', ['create', 'namespace', namespace], { env });
  return {
    namespace,
    kubectl: async (...args) => (await run('kubectl', ['-n', namespace, ...args], { ...LARGE, env })).stdout,
    async close() {
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
      if (bugs.length > 0) throw new AggregateError(bugs, 'a part of the sandbox failed');
    },
  };
}

const LARGE = { maxBuffer: 64 * 1024 * 1024 };
