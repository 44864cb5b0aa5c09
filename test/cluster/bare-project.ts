import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { openCluster } from '../../src/cli/open-cluster.ts';
import { readInventory } from '../../src/deploy/inventory.ts';
import { releaseAdopted } from '../../src/deploy/release-adopted.ts';
import { createDiscovery } from '../../src/kube/discovery.ts';
import { kubectl, rockpool } from './harness.ts';

const run = promisify(execFile);

/** A project of plain manifests in a namespace of its own; nothing is built. */
export interface BareProject {
  readonly dir: string;
  readonly namespace: string;
  write(file: string, text: string): Promise<void>;
  delete(file: string): Promise<void>;
  /** `rockpool apply`, and what it said */
  apply(...args: string[]): Promise<{ readonly code: number; readonly said: string }>;
  /** kubectl in the namespace */
  kubectl(...args: string[]): Promise<string>;
  /** an object as JSON; undefined when it is not there */
  // biome-ignore lint/suspicious/noExplicitAny: any object of the cluster
  get(kind: string, name: string): Promise<any>;
  helm(...args: string[]): Promise<string>;
  /** gives every adopted object back, as `rockpool down` does */
  giveBack(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function bareProject(files: Record<string, string>): Promise<BareProject> {
  const dir = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  };
  await write('rockpool.yaml', 'version: 1\nname: trial\nmanifests: [k8s]\n');
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const inNamespace = (...args: string[]) => kubectl('-n', namespace, ...args);
  return {
    dir,
    namespace,
    write,
    delete: (file) => rm(join(dir, file)),
    apply: async (...args) => {
      const { code, stdout, stderr } = await rockpool(['apply', '-n', namespace, ...args], { cwd: dir });
      return { code, said: stdout + stderr };
    },
    kubectl: inNamespace,
    get: async (kind, name) => {
      const text = await inNamespace(
        'get',
        kind,
        name,
        '-o',
        'json',
        '--ignore-not-found',
        '--show-managed-fields',
      );
      return text === '' ? undefined : JSON.parse(text);
    },
    helm: async (...args) => (await run('helm', ['-n', namespace, ...args], { cwd: dir })).stdout,
    giveBack: () => giveBack(namespace),
    remove: async () => {
      await run('kubectl', ['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function giveBack(namespace: string): Promise<readonly string[]> {
  const cluster = await openCluster({ namespace }, 'read-only');
  const { client } = cluster;
  const { signal } = new AbortController();
  const options = { client, discovery: createDiscovery(client), app: 'trial', namespace, signal };
  try {
    const adopted = (await readInventory(options)).filter((member) => member.adopted);
    const outcomes: string[] = [];
    for (const member of adopted) outcomes.push(`${member.key} ${await releaseAdopted(member, options)}`);
    return outcomes.map((line) => line.replace(`/${namespace}/`, '/')).sort();
  } finally {
    await cluster.close();
  }
}
