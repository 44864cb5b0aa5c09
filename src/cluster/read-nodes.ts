import { type KubeClient, KubeError } from '../kube/kube-client.ts';

/** What a node says of the product it belongs to. */
export interface ClusterNode {
  readonly name: string;
  /** kind://docker/NAME/NAME-control-plane, k3s://k3d-NAME-server-0; absent on most others */
  readonly providerId?: string;
  /** docker://29.1.0, containerd://2.1.4, cri-o://1.34.0 */
  readonly runtime: string;
  readonly ready: boolean;
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec?: { readonly providerID?: string };
    readonly status?: {
      readonly nodeInfo?: { readonly containerRuntimeVersion?: string };
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

/** The nodes of a cluster, a hundred at most; undefined when the user may not list them. Rejects with KubeUnreachable. */
export async function readNodes(
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<readonly ClusterNode[] | undefined> {
  try {
    const query = { limit: 100 };
    const { body } = await client.request<NodeList>({ method: 'GET', path: '/api/v1/nodes', query, signal });
    return body.items.map(toNode);
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

function toNode({ metadata, spec, status }: NodeList['items'][number]): ClusterNode {
  return {
    name: metadata.name,
    ...(spec?.providerID ? { providerId: spec.providerID } : {}),
    runtime: status?.nodeInfo?.containerRuntimeVersion ?? '',
    ready: status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true,
  };
}
