import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What `up` exits with when a cluster runs on this machine already. */
const HELD = 3;

/**
 * Makes a real cluster the one of this process: the context that ROCKPOOL_TEST_CONTEXT names, else the test cluster,
 * which is brought up when none runs. Returns how to leave it: one that was running before stays.
 * @param images base images to have in the cluster's daemon
 */
export function enterCluster(images: readonly string[]): () => void {
  const context = process.env['ROCKPOOL_TEST_CONTEXT'];
  if (context) {
    run('kubectl', ['config', 'use-context', context]);
    return () => undefined;
  }
  const begun = run(program('up'), [], [0, HELD]);
  adopt(begun.status === HELD ? run(program('up'), ['--reuse']).stdout : begun.stdout);
  run(program('images'), images);
  return begun.status === HELD ? () => undefined : () => void run(program('down'), []);
}

function program(name: string): string {
  return join(import.meta.dirname, name);
}

function run(command: string, args: readonly string[], accepted: readonly number[] = [0]) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.error) throw result.error;
  if (!accepted.includes(result.status ?? -1))
    throw new Error(`${command} ${args.join(' ')} exited ${result.status}`);
  return { status: result.status, stdout: result.stdout };
}

/** Takes the `export NAME=value` lines of the cluster's environment over. */
function adopt(lines: string): void {
  for (const [, name, value] of lines.matchAll(/^export (\w+)="?([^"\n]*)"?$/gm)) {
    if (name && value !== undefined) process.env[name] = value.replaceAll('$PATH', process.env['PATH'] ?? '');
  }
}
