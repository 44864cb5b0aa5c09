import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import { type ClusterNode, readNodes } from '../cluster/read-nodes.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import { buildProof } from './build-proof.ts';
import type { Finding } from './finding.ts';
import { fromError } from './from-error.ts';
import { judgeProof, type ProofPod } from './judge-proof.ts';
import { runProofPod } from './run-proof-pod.ts';

export interface ProofOptions {
  readonly client: KubeClient;
  /** the session's; the proof goes into `default` while it is not there */
  readonly namespace: string;
  readonly daemon: DockerDaemon;
  readonly delivery?: ImageDelivery | undefined;
  /** ms */
  now(): number;
}

/** Nodes that the proof is made on, at most. */
const MOST_NODES = 10;

/**
 * Proves that what is built gets to the nodes: a few bytes that no node has ever seen are built into an image, brought
 * over as images are, and a container is made of it on every node. The pods and the image are deleted afterwards, also
 * when the signal fires.
 */
export async function proveDelivery(options: ProofOptions, signal: AbortSignal): Promise<Finding> {
  const { daemon, delivery, now } = options;
  const random = randomBytes(10).toString('hex');
  const own = `rockpool-doctor:rp-${random}`;
  const ref = delivery?.rewrite?.(own) ?? own;
  try {
    const began = now();
    await buildProof(daemon, ref, random, signal);
    const built = now();
    await delivery?.deliver(ref, signal);
    const delivered = now();
    const nodes = (await readNodes(options.client, signal)) ?? [];
    const pods = await onNodes(nodes, ref, random, options, signal);
    return judgeProof(pods, { builtMs: built - began, deliveredMs: delivered - built, way: delivery?.way });
  } catch (error) {
    signal.throwIfAborted();
    const isExpected =
      error instanceof RockpoolError || error instanceof KubeError || error instanceof KubeUnreachable;
    if (!isExpected) throw error;
    return fromError('proof', error);
  } finally {
    await forget(daemon, ref).catch(() => undefined);
  }
}

/** ms for tidying up, whatever the signal says */
const TIDY_WAIT = 10_000;

/** Of a Docker Engine that the node runs from, the container that was made is in the way until the kubelet removed it. */
async function forget(daemon: DockerDaemon, ref: string): Promise<void> {
  const signal = AbortSignal.timeout(TIDY_WAIT);
  while ((await daemon.untag(ref, signal)) === 'kept') await sleep(250, undefined, { signal });
}

/** One pod on each ready node; where they may not be listed, one wherever the scheduler puts it. */
async function onNodes(
  nodes: readonly ClusterNode[],
  ref: string,
  random: string,
  { client, namespace, delivery, now }: ProofOptions,
  signal: AbortSignal,
): Promise<readonly ProofPod[]> {
  const ready = nodes.filter((node) => node.ready).slice(0, MOST_NODES);
  const places = ready.length === 0 ? [undefined] : ready.map(({ name }) => name);
  const pulls = delivery?.rewrite !== undefined;
  return Promise.all(
    places.map((node, index) =>
      runProofPod(
        { client, namespace, name: `rockpool-doctor-${random}-${index}`, ref, node, pulls, now },
        signal,
      ),
    ),
  );
}
