import { type Finding, fail, ok, warn } from './finding.ts';
import { type ProofStatus, proofOf } from './proof-status.ts';

/** What became of the pod of a proof. */
export interface ProofPod {
  /** as it was seen last */
  readonly pod?: ProofStatus;
  /** why the apiserver did not take it */
  readonly refused?: string;
  /** from its creation until it told */
  readonly ms: number;
}

/** How the image was brought, in words and ms. */
export interface ProofWay {
  readonly builtMs: number;
  readonly deliveredMs: number;
  /** absent: the nodes run from the engine that it was built into */
  readonly way?: string | undefined;
}

/**
 * What the pods of a proof say together, one on each node: one node without the image is a failure; a node that says
 * nothing, such as one whose kubelet died a moment ago, is a failure only when no other one proves anything. Pure.
 */
export function judgeProof(pods: readonly ProofPod[], way: ProofWay): Finding {
  const refused = pods.find((each) => each.refused !== undefined)?.refused;
  if (refused !== undefined) {
    return warn('proof', `not proven: the cluster does not take the pod for it: ${refused}`, {
      hint: 'Use a namespace in which you may make pods.',
    });
  }
  const told = pods.map(({ pod, ms }) => ({
    node: pod?.spec?.nodeName ?? 'a node',
    ms,
    proof: proofOf(pod),
  }));
  for (const { node, proof } of told) {
    if (proof.is === 'missing') return missing(node, proof.message, way.way);
  }
  const there = told.filter(({ proof }) => proof.is === 'there');
  const silent = told.flatMap(({ node, proof }) =>
    proof.is === 'unknown' ? [`${node} (${proof.message})`] : [],
  );
  if (there.length === 0) {
    return fail('proof', `no container was made of a new image, and no node says why: ${silent.join(', ')}`, {
      command: 'kubectl get nodes',
    });
  }
  const found = provenWords(there, pods.length, way);
  return silent.length === 0
    ? ok('proof', found)
    : warn('proof', `${found}; nothing was heard of it from ${silent.join(', ')}`, {
        command: 'kubectl get nodes',
      });
}

function provenWords(
  there: readonly { readonly node: string; readonly ms: number }[],
  all: number,
  { builtMs, deliveredMs, way }: ProofWay,
): string {
  const names = there.map(({ node }) => node).join(', ');
  const nodes = all === 1 ? 'the node' : there.length === all ? `all ${all} nodes` : names;
  const brought = way === undefined ? '' : `, ${way} in ${seconds(deliveredMs)}`;
  const made = seconds(Math.max(...there.map(({ ms }) => ms)));
  return `a new image gets to ${nodes}: built in ${seconds(builtMs)}${brought}, its container made in ${made}`;
}

function missing(node: string, message: string, way: string | undefined): Finding {
  if (way !== undefined) {
    const hint = 'The delivery ended well by its own word; the node does not have the image.';
    return fail('proof', `${node} cannot run a new image that came by ${way}: ${message}`, { hint });
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
