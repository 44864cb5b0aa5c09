import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { kubectl } from './harness.ts';

/** A kubeconfig in which the test cluster has another name: the name that kind, say, would have given it. It is gone after the test. */
export async function nameContext(name: string): Promise<{ readonly file: string }> {
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '-o', 'json')) as {
    clusters: [{ name: string; cluster: { extensions?: unknown } }];
    contexts: [{ name: string; context: { cluster: string } }];
    'current-context': string;
  };
  config.clusters[0].name = name;
  delete config.clusters[0].cluster.extensions;
  config.contexts[0].name = name;
  config.contexts[0].context.cluster = name;
  config['current-context'] = name;
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'kubeconfig');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return { file };
}
