import { readFile } from 'node:fs/promises';
import { RockpoolError } from '../session/failure.ts';
import { type KubeContext, type LoadedKubeConfig, unreadable } from './kubeconfig.ts';
import type { ClusterEntry, KubeconfigDocument, UserEntry } from './kubeconfig-document.ts';
import { selectContext } from './select-context.ts';

/** A context that no change of a file redirects any more: only tokens are still refreshed. */
export interface FrozenContext extends KubeContext {
  readonly proxyUrl?: string;
  /** this one context as kubectl reads it, certificates inside */
  readonly document: KubeconfigDocument;
}

/**
 * Freezes a context. Rejects with a RockpoolError: UNKNOWN_CONTEXT, KUBECONFIG_INVALID when its cluster or user is
 * not there, KUBECONFIG_UNREADABLE when a certificate file is not.
 */
export async function freezeContext(loaded: LoadedKubeConfig, name: string): Promise<FrozenContext> {
  const context = selectContext(loaded, name);
  const { document } = loaded;
  const entry = document.contexts.find((known) => known.name === context.name);
  const cluster = document.clusters.find((known) => known.name === context.cluster)?.cluster;
  if (!entry || !cluster || context.server === '') {
    throw incomplete(
      loaded,
      name,
      cluster ? `cluster "${context.cluster}" has no server` : `there is no cluster "${context.cluster}"`,
    );
  }
  const userName = entry.context.user || undefined;
  const user = userName === undefined ? {} : document.users.find((known) => known.name === userName)?.user;
  if (user === undefined) throw incomplete(loaded, name, `there is no user "${userName}"`);
  const frozenUser = { name: userName ?? 'anonymous', user: await frozenUserOf(user) };
  return {
    ...context,
    ...(cluster['proxy-url'] ? { proxyUrl: cluster['proxy-url'] } : {}),
    document: {
      'current-context': name,
      clusters: [{ name: context.cluster, cluster: await frozenClusterOf(cluster) }],
      users: [frozenUser],
      contexts: [{ name, context: { ...entry.context, user: frozenUser.name } }],
    },
  };
}

/**
 * The frozen context as a kubeconfig file (JSON, which is YAML), to hand to child processes.
 * It holds credentials: write it for its owner only.
 */
export function kubeconfigOf(frozen: FrozenContext): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...frozen.document }, null, 2)}\n`;
}

async function frozenClusterOf(cluster: ClusterEntry): Promise<ClusterEntry> {
  const { 'certificate-authority': file, 'certificate-authority-data': data, ...rest } = cluster;
  return { ...rest, ...entry('certificate-authority-data', await inlined(data, file)) };
}

async function frozenUserOf(user: UserEntry): Promise<UserEntry> {
  const {
    'client-certificate': certificateFile,
    'client-certificate-data': certificate,
    'client-key': keyFile,
    'client-key-data': key,
    ...rest
  } = user;
  return {
    ...rest,
    ...entry('client-certificate-data', await inlined(certificate, certificateFile)),
    ...entry('client-key-data', await inlined(key, keyFile)),
  };
}

/** As kubectl does: data wins over a file. */
async function inlined(
  data: string | null | undefined,
  file: string | null | undefined,
): Promise<string | undefined> {
  if (data || !file) return data || undefined;
  try {
    return (await readFile(file)).toString('base64');
  } catch (error) {
    throw new RockpoolError(unreadable(file, error), { cause: error });
  }
}

function entry<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}

function incomplete(loaded: LoadedKubeConfig, name: string, problem: string): RockpoolError {
  return new RockpoolError({
    code: 'KUBECONFIG_INVALID',
    subject: 'kubeconfig',
    message: `Context "${name}" cannot be used: ${problem} in ${loaded.files.join(', ')}.`,
    hint: 'Check it with `kubectl config view`.',
  });
}
