import type { ClusterContext } from '../cluster/cluster-context.ts';
import { isLocalCluster } from '../cluster/is-local-cluster.ts';
import { type Finding, ok } from './finding.ts';

/** Which context is used, and why it may be: it passed the guard. Pure. */
export function checkContext(context: ClusterContext, contexts: readonly string[]): Finding {
  const why = isLocalCluster(context)
    ? 'a cluster on this machine by its name and address'
    : contexts.includes(context.name)
      ? 'listed in rockpool.yaml'
      : 'allowed';
  return ok('context', `${context.name} at ${context.server.replace(/\/\/[^/]*@/, '//')}: ${why}`);
}
