import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import type { ProofPod } from './judge-proof.ts';
import { isSettled, type ProofStatus } from './proof-status.ts';

export interface ProofPodOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly namespace: string;
  readonly name: string;
  readonly ref: string;
  /** undefined: wherever the scheduler puts it */
  readonly node: string | undefined;
  /** whether the node pulls the image; else it must have it */
  readonly pulls: boolean;
  now(): number;
}

/** ms until a pod that tells nothing is given up */
const PATIENCE = 30_000;
/** ms between two looks */
const PAUSE = 100;
/** ms for deleting it, whatever the signal says */
const TIDY_WAIT = 10_000;

const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true };

/**
 * Makes a pod and watches it until it tells whether its node has the image, 30 s at most; then deletes it, also when
 * the signal fires. Rejects with KubeUnreachable and KubeError.
 */
export async function runProofPod(options: ProofPodOptions, signal: AbortSignal): Promise<ProofPod> {
  const { client, now } = options;
  const began = now();
  const created = await create(options, signal);
  if ('refused' in created) return { refused: created.refused, ms: 0 };
  const path = resourcePath(PODS, { namespace: created.namespace, name: options.name });
  try {
    for (;;) {
      const { body } = await client.request<ProofStatus>({ method: 'GET', path, signal });
      const ms = now() - began;
      if (isSettled(body) || ms > PATIENCE) return { pod: body, ms };
      await sleep(PAUSE, undefined, { signal });
    }
  } finally {
    const query = { gracePeriodSeconds: 0 };
    const tidy = { method: 'DELETE', path, query, signal: AbortSignal.timeout(TIDY_WAIT) } as const;
    await client.request(tidy).catch(() => undefined);
  }
}

/** In the namespace of the session or, while that is not there, in `default`. */
async function create(
  { client, namespace, name, ref, node, pulls }: ProofPodOptions,
  signal: AbortSignal,
): Promise<{ readonly namespace: string } | { readonly refused: string }> {
  for (const place of new Set([namespace, 'default'])) {
    try {
      const body = manifest(name, ref, node, pulls);
      await client.request({ method: 'POST', path: resourcePath(PODS, { namespace: place }), body, signal });
      return { namespace: place };
    } catch (error) {
      if (!(error instanceof KubeError) || error.status.code >= 500) throw error;
      const isGone = error.status.code === 404 && place !== 'default';
      if (!isGone) return { refused: error.message };
    }
  }
  return { refused: `neither the namespace ${namespace} nor default is there` };
}

/** Fits the strictest Pod Security Standard, asks for next to nothing, and ends by itself if this process cannot end it. */
function manifest(name: string, ref: string, node: string | undefined, pulls: boolean) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'rockpool.dev/doctor': 'proof' } },
    spec: {
      ...(node === undefined ? {} : { nodeName: node }),
      restartPolicy: 'Never',
      activeDeadlineSeconds: 60,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: 'Exists' }],
      securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'proof',
          image: ref,
          imagePullPolicy: pulls ? 'IfNotPresent' : 'Never',
          resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '100m', memory: '16Mi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}
