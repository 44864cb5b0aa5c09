import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FrozenContext, kubeconfigOf } from '../kube/freeze-context.ts';

/** The context of a session from its start to its end, whatever happens to the user's kubeconfig meanwhile. */
export interface SessionContext {
  readonly name: string;
  readonly server: string;
  /** SHA-256 of the CA's PEM in hexadecimal, to know the cluster by; absent when the system's CAs are used */
  readonly caHash?: string | undefined;
  readonly namespace: string;
  /** path of a kubeconfig that holds this context alone, for child processes (`KUBECONFIG=…`) */
  readonly kubeconfig: string;
  /** Removes the file; may be called twice. */
  dispose(): Promise<void>;
}

export interface SessionContextOptions {
  /** default: the context's own */
  readonly namespace?: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Writes a frozen context down for child processes, so that `kubectl config use-context` in another terminal redirects
 * none of them. The file holds credentials: it is readable by its owner alone, in a folder of its own in the user's
 * runtime directory (which the system empties) or else the temporary one, never in the project.
 */
export async function createSessionContext(
  frozen: FrozenContext,
  { namespace = frozen.namespace, env }: SessionContextOptions,
): Promise<SessionContext> {
  const folder = await makePrivateFolder(env.XDG_RUNTIME_DIR);
  const dispose = () => rm(folder, { recursive: true, force: true });
  const kubeconfig = join(folder, 'kubeconfig');
  try {
    await writeFile(kubeconfig, kubeconfigOf(withNamespace(frozen, namespace)), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await dispose();
    throw error;
  }
  const caHash = frozen.ca && createHash('sha256').update(frozen.ca).digest('hex');
  return { name: frozen.name, server: frozen.server, caHash, namespace, kubeconfig, dispose };
}

/** mkdtemp makes folders that only their owner may enter. A runtime directory may be named and absent (su, containers). */
async function makePrivateFolder(runtime: string | undefined): Promise<string> {
  const fallback = () => mkdtemp(join(tmpdir(), 'rockpool-'));
  return runtime ? mkdtemp(join(runtime, 'rockpool-')).catch(fallback) : fallback();
}

function withNamespace(frozen: FrozenContext, namespace: string): FrozenContext {
  const contexts = frozen.document.contexts.map((entry) => ({
    ...entry,
    context: { ...entry.context, namespace },
  }));
  return { ...frozen, document: { ...frozen.document, contexts } };
}
