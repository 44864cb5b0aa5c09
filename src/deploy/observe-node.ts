import type { V1Node } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { NodeObserved } from '../session/observed.ts';

export type RawNode = Wire<V1Node>;

/** What a session needs of a node as the API has it. Pure. */
export function observeNode({ metadata, spec, status }: RawNode): NodeObserved {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  const { reason, message } = ready ?? { reason: 'its kubelet has not said anything yet', message: '' };
  return {
    name: metadata?.name ?? '',
    ready: isReady,
    unschedulable: spec?.unschedulable ?? false,
    ...(!isReady && reason ? { reason } : {}),
    ...(!isReady && message ? { message } : {}),
  };
}
