import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** path of the kubeconfig of the sandbox that the tests run on */
    kubeconfig: string;
  }
}

/** One sandbox for the suite, in a process of its own, as a cluster is; nothing is left of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-sandbox-'));
  const runner = join(import.meta.dirname, 'run-sandbox.ts');
  const child = spawn(process.execPath, [runner, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const ready = once(createInterface(child.stdout), 'line');
  const line = await Promise.race([ready, exit.then(([code]) => Promise.reject(new Error(`exit ${code}`)))]);
  project.provide('kubeconfig', String(line[0]));
  return async () => {
    child.stdin.end();
    await exit;
  };
}
