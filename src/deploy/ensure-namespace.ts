import { builtinKinds } from '../kube/builtin-kinds.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { getResource } from '../kube/resources.ts';
import { applyManifest } from '../kube/server-side-apply.ts';
import { RockpoolError } from '../session/failure.ts';
import { unlessDeleting } from './await-deletion.ts';
import { clusterLost } from './cluster-lost.ts';
import { APP_LABEL, FIELD_MANAGER, MANAGED_BY } from './labels.ts';
import type { Manifest } from './manifest.ts';

/**
 * Makes the session's namespace when it is missing and no manifest of the run does: what the session keeps in the
 * cluster is there, too. @returns whether it was missing and is made, so that nothing can be in it. Rejects with a
 * RockpoolError: NAMESPACE_TERMINATING when an older one of that name does not go, FORBIDDEN when it may not be
 * made, CLUSTER_LOST.
 */
export async function ensureNamespace(
  client: Pick<KubeClient, 'request'>,
  namespace: string,
  app: string,
  run: readonly { readonly manifest: Manifest }[],
  signal: AbortSignal,
  onWait?: (reason: string) => void,
): Promise<boolean> {
  const isMade = run.some(
    ({ manifest }) => manifest.kind === 'Namespace' && manifest.metadata.name === namespace,
  );
  const type = builtinKinds.find(({ kind }) => kind === 'Namespace');
  if (isMade || run.length === 0 || !type) return false;
  try {
    const metadata = { name: namespace, labels: { ...MANAGED_BY, [APP_LABEL]: app } };
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const read = () => getResource(client, type, { name: namespace }, signal);
    if (await unlessDeleting(manifest, read, { signal, onWait })) return false;
    await applyManifest(client, type, manifest, {
      fieldManager: FIELD_MANAGER,
      fieldValidation: 'Strict',
      signal,
    });
    return true;
  } catch (error) {
    if (error instanceof KubeUnreachable) throw clusterLost(error);
    if (!(error instanceof KubeError)) throw error;
    // Who may not look at namespaces may still work in this one; if it is missing, the first apply says so.
    if (error.status.code === 403 && error.request.method === 'GET') return false;
    throw refused(namespace, error);
  }
}

function refused(namespace: string, error: KubeError): RockpoolError {
  return new RockpoolError(
    {
      code: error.status.code === 403 ? 'FORBIDDEN' : 'APPLY_FAILED',
      subject: `Namespace//${namespace}`,
      message: `the namespace ${namespace} cannot be made: ${error.status.message}`,
      hint: 'name one that is there with "namespace" in rockpool.yaml',
    },
    { cause: error },
  );
}
