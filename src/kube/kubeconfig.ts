import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { type Failure, RockpoolError } from '../session/failure.ts';
import {
  type ClusterEntry,
  type KubeconfigDocument,
  mergeKubeconfigs,
  parseKubeconfig,
} from './kubeconfig-document.ts';

/** One context of a kubeconfig, with what is needed to judge which cluster it means. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  /** URL of the apiserver; empty when the kubeconfig has no such cluster */
  readonly server: string;
  /** the context's own, else `default` */
  readonly namespace: string;
  /** the cluster entry's: minikube leaves its marker here, see isMinikube */
  readonly extensions: readonly ClusterExtension[];
  /** PEM of the cluster's certificate authority, for hashing; absent when there is none or it cannot be read */
  readonly ca?: Uint8Array;
}

interface ClusterExtension {
  readonly name: string;
  readonly extension: Readonly<Record<string, unknown>>;
}

/** The kubeconfig as it was when it was read. */
export interface LoadedKubeConfig {
  /** the files that were read, in order of precedence */
  readonly files: readonly string[];
  readonly currentContext?: string;
  readonly contexts: readonly KubeContext[];
  /** merged, paths absolute; for freezeContext */
  readonly document: KubeconfigDocument;
}

/**
 * Reads the kubeconfig as kubectl does: `path` (--kubeconfig) alone, else the files of KUBECONFIG, those missing
 * skipped and the first to name something winning, else ~/.kube/config. Rejects with a RockpoolError: NO_KUBECONFIG
 * when there is no file, KUBECONFIG_INVALID with the place, KUBECONFIG_UNREADABLE.
 */
export async function loadKubeConfig(options: {
  readonly path?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<LoadedKubeConfig> {
  const candidates = candidatesOf(options.path, options.env);
  const texts = await Promise.all(candidates.map(async (file) => ({ file, text: await readIfThere(file) })));
  const found = texts.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
  if (found.length === 0) throw new RockpoolError(noKubeconfig(candidates));
  const document = mergeKubeconfigs(found.map(({ file, text }) => parseKubeconfig(text, file)));
  const current = document['current-context'];
  return {
    files: found.map(({ file }) => file),
    ...(current ? { currentContext: current } : {}),
    contexts: await Promise.all(document.contexts.map((entry) => contextOf(document, entry))),
    document,
  };
}

/** Whether minikube made the cluster entry, whatever its name. */
export function isMinikube(context: Pick<KubeContext, 'extensions'>): boolean {
  const marker = 'minikube.sigs.k8s.io';
  return context.extensions.some(
    ({ name, extension }) => name === marker || extension['provider'] === marker,
  );
}

/** Path of the socket of the Docker endpoint that a sandbox's nodes run from: its kubeconfig names it, so that any terminal finds it. */
export function sandboxDocker(context: Pick<KubeContext, 'extensions'>): string | undefined {
  const marked = context.extensions.find(({ name }) => name === SANDBOX_EXTENSION);
  const socket = marked?.extension['docker'];
  return typeof socket === 'string' ? socket : undefined;
}

/** Name of the extension of a sandbox's cluster entry. */
export const SANDBOX_EXTENSION = 'rockpool.dev/sandbox';

function candidatesOf(path: string | undefined, env: Readonly<Record<string, string | undefined>>): string[] {
  if (path !== undefined) return [resolve(path)];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return [...new Set(listed.map((file) => resolve(file)))];
  return [join(env['HOME'] ?? homedir(), '.kube', 'config')];
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new RockpoolError(unreadable(file, error), { cause: error });
  }
}

async function contextOf(
  document: KubeconfigDocument,
  entry: KubeconfigDocument['contexts'][number],
): Promise<KubeContext> {
  const cluster = document.clusters.find(({ name }) => name === entry.context.cluster)?.cluster;
  const ca = cluster && (await certificateAuthority(cluster));
  return {
    name: entry.name,
    cluster: entry.context.cluster,
    server: (cluster?.server ?? '').replace(/\/+$/, ''),
    namespace: entry.context.namespace || 'default',
    extensions: (cluster?.extensions ?? []).map(({ name, extension }) => ({
      name,
      extension: extension ?? {},
    })),
    ...(ca ? { ca } : {}),
  };
}

/** A file that is missing matters only to a session that uses its context: freezeContext says so then. */
async function certificateAuthority(cluster: ClusterEntry): Promise<Uint8Array | undefined> {
  const data = cluster['certificate-authority-data'];
  if (data) return Buffer.from(data, 'base64');
  const file = cluster['certificate-authority'];
  return file ? await readFile(file).catch(() => undefined) : undefined;
}

function noKubeconfig(candidates: readonly string[]): Failure {
  return {
    code: 'NO_KUBECONFIG',
    subject: 'kubeconfig',
    message: `There is no kubeconfig: ${candidates.join(', ')} ${candidates.length === 1 ? 'does' : 'do'} not exist.`,
    hint: 'Start a local cluster (`minikube start` writes one), or name a file with --kubeconfig or KUBECONFIG.',
  };
}

/** A file that the kubeconfig needs cannot be read. */
export function unreadable(file: string, error: unknown): Failure {
  return {
    code: 'KUBECONFIG_UNREADABLE',
    subject: 'kubeconfig',
    message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    at: { file },
  };
}
