import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
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
  /** `rockpool diff`: exit code 0 when an apply would change nothing */
  diff(): Promise<{ readonly code: number; readonly said: string }>;
  /** kubectl in the namespace */
  kubectl(...args: string[]): Promise<string>;
  /** an object as JSON; undefined when it is not there */
  // biome-ignore lint/suspicious/noExplicitAny: any object of the cluster
  get(kind: string, name: string): Promise<any>;
  helm(...args: string[]): Promise<string>;
  /** `rockpool down`, and what it said */
  down(...args: string[]): Promise<{ readonly code: number; readonly said: string }>;
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
  const said = async (...[command = '', ...args]: string[]) => {
    const { code, stdout, stderr } = await rockpool([command, '-n', namespace, ...args], { cwd: dir });
    return { code, said: stdout + stderr };
  };
  const inNamespace = (...args: string[]) => kubectl('-n', namespace, ...args);
  return {
    dir,
    namespace,
    write,
    delete: (file) => rm(join(dir, file)),
    apply: (...args) => said('apply', ...args),
    down: (...args) => said('down', ...args),
    diff: () => said('diff'),
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
    remove: async () => {
      await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
