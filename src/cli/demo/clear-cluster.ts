import { setTimeout as sleep } from 'node:timers/promises';
import { IMAGE_LABELS } from '../../build/image-labels.ts';
import { APP_LABEL } from '../../deploy/labels.ts';
import { KubeError } from '../../kube/kube-client.ts';
import { resourcePath } from '../../kube/kube-path.ts';
import { RockpoolError } from '../../session/failure.ts';
import type { Cluster } from '../open-cluster.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', namespaced: false };

/** ms between two looks, and until somebody else has to look */
const AGAIN = 500;
const PATIENCE = 90_000;

/**
 * Takes away what a demo made in a cluster: the namespace of its name, when rockpool made it for that, and the images of its
 * name. Resolves when both are gone. Rejects with a RockpoolError of code DEMO_LEFT that names what is left.
 */
export async function clearCluster(cluster: Cluster, app: string): Promise<void> {
  await removeNamespace(cluster, app).catch((error: unknown) => {
    throw left(cluster, app, error);
  });
  await removeImages(cluster, app);
}

async function removeNamespace(cluster: Cluster, app: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  if ((await ownerOf(cluster, app)) !== app) return;
  await cluster.client.request({ method: 'DELETE', path: pathOf(app) });
  while ((await ownerOf(cluster, app)) === app) {
    if (performance.now() > deadline) throw new Error(`it is still ending after ${PATIENCE / 1000} s`);
    await sleep(AGAIN);
  }
}

/** The project that a namespace was made for; undefined when it is not there. */
async function ownerOf({ client }: Cluster, namespace: string): Promise<string | undefined> {
  try {
    const { body } = await client.request<{ metadata: { labels?: Record<string, string> } }>({
      ...{ method: 'GET', path: pathOf(namespace) },
    });
    return body.metadata.labels?.[APP_LABEL];
  } catch (error) {
    if (error instanceof KubeError && error.status.code === 404) return undefined;
    throw error;
  }
}

/**
 * Where images are built without a Docker Engine, none has a label to be found by. The kubelet removes the containers of pods
 * that have gone a little later, and an image stays as long as there is one.
 */
async function removeImages(cluster: Cluster, app: string): Promise<void> {
  const { signal } = new AbortController();
  const { daemon } = await cluster.docker(signal);
  const images = await daemon.images(`${IMAGE_LABELS.app}=${app}`, signal);
  const refs = images.flatMap(({ names }) => names.filter((name) => name.startsWith(`${app}:`)));
  const deadline = performance.now() + PATIENCE / 3;
  for (const ref of refs) {
    while ((await daemon.untag(ref, signal)) === 'kept' && performance.now() < deadline) await sleep(AGAIN);
  }
}

const pathOf = (namespace: string): string => resourcePath(NAMESPACES, { name: namespace });

function left({ context }: Cluster, namespace: string, error: unknown): RockpoolError {
  const why = error instanceof Error ? error.message : String(error);
  return new RockpoolError(
    {
      code: 'DEMO_LEFT',
      subject: `Namespace//${namespace}`,
      message: `The namespace ${namespace} of the demo is left in the cluster: ${why}.`,
      hint: 'It holds nothing but the demo:',
      command: `kubectl --context ${context} delete namespace ${namespace}`,
    },
    { cause: error },
  );
}
