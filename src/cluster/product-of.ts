import type { ClusterContext } from './cluster-context.ts';
import type { ClusterNode } from './read-nodes.ts';

/** Which product a cluster was made with, as far as it matters for images, and its name there. */
export interface Product {
  readonly kind: 'kind' | 'k3d' | 'other';
  readonly name: string;
}

/**
 * Tells the product of a cluster that is neither minikube's nor run from a host's Docker. What the nodes say of
 * themselves counts before the name of the context, which anybody can give. Pure.
 * @param nodes undefined when they cannot be asked
 */
export function productOf(context: ClusterContext, nodes: readonly ClusterNode[] | undefined): Product {
  for (const { providerId = '', name } of nodes ?? []) {
    const kind = /^kind:\/\/[^/]*\/([^/]+)\//.exec(providerId)?.[1];
    if (kind !== undefined) return { kind: 'kind', name: kind };
    const k3d = /^k3d-(.+)-(?:server|agent)-\d+$/.exec(name)?.[1];
    if (k3d !== undefined && providerId.startsWith('k3s://')) return { kind: 'k3d', name: k3d };
  }
  const entry = context.cluster ?? context.name;
  const named = /^(kind|k3d)-(.+)$/.exec(entry) ?? /^(kind|k3d)-(.+)$/.exec(context.name);
  const kind = named?.[1] === 'kind' ? 'kind' : 'k3d';
  return named ? { kind, name: named[2] ?? '' } : { kind: 'other', name: context.name };
}
