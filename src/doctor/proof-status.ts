import type { KubeObject } from '../kube/kube-object.ts';

/** What of a pod tells whether its node had the image. */
export interface ProofStatus extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly containerStatuses?: readonly {
      readonly imageID?: string;
      readonly containerID?: string;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly running?: object;
        readonly terminated?: object;
      };
    }[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export type Proof =
  | { readonly is: 'there' }
  | { readonly is: 'missing'; readonly message: string }
  /** not yet, or for a reason that has nothing to do with the image */
  | { readonly is: 'unknown'; readonly message: string };

/**
 * Whether the node of a pod has its image. A container that exists was made from the image: it has an ID, has ended (an
 * image without a program cannot start), or could be made but not started. `ErrImageNeverPull` is the kubelet's word that
 * the image is not there; the others are what a pull that failed leaves. Pure.
 */
export function proofOf(pod: ProofStatus | undefined): Proof {
  const [container] = pod?.status?.containerStatuses ?? [];
  const { waiting, running, terminated } = container?.state ?? {};
  if (container?.containerID || running || terminated) return { is: 'there' };
  const reason = waiting?.reason ?? '';
  const message = [reason, waiting?.message].filter(Boolean).join(': ');
  // the runtime was asked to start it, so it was made before
  if (reason === 'RunContainerError' || reason === 'CrashLoopBackOff') return { is: 'there' };
  if (/^(ErrImageNeverPull|ErrImagePull|ImagePullBackOff|InvalidImageName|ImageInspectError)$/.test(reason)) {
    return { is: 'missing', message };
  }
  const unscheduled = pod?.status?.conditions?.find(
    (each) => each.type === 'PodScheduled' && each.status === 'False',
  );
  const why = message || unscheduled?.message || pod?.status?.message || pod?.status?.phase;
  return { is: 'unknown', message: why || 'the kubelet says nothing of it' };
}

/** Whether the pod will tell no more. Pure. */
export function isSettled(pod: ProofStatus | undefined): boolean {
  const phase = pod?.status?.phase;
  return proofOf(pod).is !== 'unknown' || phase === 'Failed' || phase === 'Succeeded';
}
