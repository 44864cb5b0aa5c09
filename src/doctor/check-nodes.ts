import { readNodes } from '../cluster/read-nodes.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { type Finding, ok, warn } from './finding.ts';

/** The nodes and what they run containers with. Rejects with KubeUnreachable. */
export async function checkNodes(client: Pick<KubeClient, 'request'>, signal: AbortSignal): Promise<Finding> {
  const nodes = await readNodes(client, signal);
  if (!nodes) return warn('nodes', 'you may not list them');
  const away = nodes.filter(({ ready }) => !ready).map(({ name }) => name);
  const runtimes = [...new Set(nodes.flatMap(({ runtime }) => runtime.replace('://', ' ') || []))].join(', ');
  const found = `${nodes.length === 1 ? 'one' : nodes.length}, running containers with ${runtimes}`;
  if (away.length === 0) return ok('nodes', found);
  const hint = 'Pods wait until a node is ready.';
  return warn('nodes', `${found}; not ready: ${away.join(', ')}`, { hint, command: 'kubectl get nodes' });
}
