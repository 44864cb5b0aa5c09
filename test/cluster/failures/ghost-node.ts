import { kubectl } from '../harness.ts';
import { GHOST } from './cases.ts';

/**
 * Makes a node that nobody runs and that says it is ready, once: the cluster finds out that its kubelet is silent.
 * Nothing is scheduled there but what names it. Returns how to remove it.
 */
export async function makeGhostNode(
  apply: (manifest: object) => Promise<void>,
): Promise<() => Promise<void>> {
  await apply({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: GHOST },
    spec: { unschedulable: true, taints: [{ key: 'rockpool-test', value: 'ghost', effect: 'NoSchedule' }] },
  });
  const now = new Date().toISOString();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'ready',
    lastHeartbeatTime: now,
  };
  const status = { conditions: [{ ...ready, lastTransitionTime: now }] };
  await kubectl(
    'patch',
    'node',
    GHOST,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  );
  return async () => {
    await kubectl('delete', 'node', GHOST, '--ignore-not-found', '--wait=false');
  };
}

/** What the kubelet writes of a pod that it evicts. */
export async function evict(namespace: string, pod: string): Promise<void> {
  const message = 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi".';
  const status = { phase: 'Failed', reason: 'Evicted', message };
  const patch = JSON.stringify({ status });
  await kubectl('patch', 'pod', pod, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch);
}
