import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import { type ClusterNode, readNodes } from '../cluster/read-nodes.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { RockpoolError } from '../session/failure.ts';
import { buildProof } from './build-proof.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { fromError } from './from-error.ts';
import { proofOf } from './proof-status.ts';
import { type ProofPod, runProofPod } from './run-proof-pod.ts';

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
    const times = {
      built: built - began,
      delivered: delivered - built,
      run: Math.max(...pods.map(({ ms }) => ms)),
    };
    return judge(pods, times, options);
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

interface Times {
  readonly built: number;
  readonly delivered: number;
  readonly run: number;
}

function judge(pods: readonly ProofPod[], times: Times, { delivery }: ProofOptions): Finding {
  for (const { pod, refused } of pods) {
    if (refused !== undefined) {
      return warn('proof', `not proven: the cluster does not take the pod for it: ${refused}`, {
        hint: 'Use a namespace in which you may make pods.',
      });
    }
    const proof = proofOf(pod);
    const node = pod?.spec?.nodeName ?? 'a node';
    if (proof.is === 'missing') return missing(node, proof.message, delivery);
    if (proof.is === 'unknown') {
      return fail('proof', `on ${node} no container was made of a new image: ${proof.message}`);
    }
  }
  const nodes = pods.length === 1 ? 'the node' : `all ${pods.length} nodes`;
  const way = delivery ? `, ${delivery.way} in ${seconds(times.delivered)}` : '';
  return ok(
    'proof',
    `a new image gets to ${nodes}: built in ${seconds(times.built)}${way}, its container made in ${seconds(times.run)}`,
  );
}

function missing(node: string, message: string, delivery: ImageDelivery | undefined): Finding {
  if (delivery) {
    const hint = 'The way says that it delivered the image; the node does not have it.';
    return fail('proof', `${node} cannot run a new image that came by ${delivery.way}: ${message}`, { hint });
  }
  return fail(
    'proof',
    `${node} does not run images from the Docker Engine that rockpool builds into: a new image is not there (${message})`,
    {
      hint: 'Another Docker Engine than the node’s was found: see the line "images". Point DOCKER_HOST or the docker context to the cluster’s own, or name a registry in rockpool.yaml.',
    },
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
