import { builtinKinds } from '../kube/builtin-kinds.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';

/** Kinds that name images: pods, what makes them, and what a rollout can go back to. */
const KINDS: ReadonlySet<string> = new Set([
  ...['Pod', 'PodTemplate', 'ReplicationController', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  ...['DaemonSet', 'ControllerRevision', 'Job', 'CronJob'],
]);

/** Objects of one answer, so that a large cluster is not held in memory at once. */
const PAGE = 500;

/**
 * Every image, image ID and image volume that an object of the cluster names, in all namespaces and whoever made it.
 * undefined when that cannot be known: a kind may not be listed everywhere, or the apiserver does not answer.
 */
export async function listImageUses(
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const uses = new Set<string>();
  try {
    for (const type of builtinKinds.filter(({ kind }) => KINDS.has(kind))) {
      for await (const page of pages(client, resourcePath(type), signal)) collect(page, uses);
    }
    return uses;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubeError || error instanceof KubeUnreachable) return undefined;
    throw error;
  }
}

interface List {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly unknown[] | null;
}

async function* pages(client: Pick<KubeClient, 'request'>, path: string, signal: AbortSignal) {
  for (let next = ''; ; ) {
    const query = { limit: PAGE, ...(next === '' ? {} : { continue: next }) };
    const { body } = await client.request<List>({ method: 'GET', path, query, signal });
    yield body.items ?? [];
    next = body.metadata?.continue ?? '';
    if (next === '') return;
  }
}

/** Wherever it stands: controllers keep pod templates in shapes of their own, and one too many costs only disk. */
function collect(value: unknown, uses: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const names = key === 'image' || key === 'imageID' || key === 'reference';
    if (names && typeof child === 'string' && child !== '') uses.add(child);
    else collect(child, uses);
  }
}
