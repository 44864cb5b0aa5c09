import type { PodObserved } from '../session/observed.ts';
import type { PodState, SessionState } from '../session/state.ts';
import { asWritten } from './as-written.ts';
import { sentence, type Trouble } from './trouble.ts';

/** A pod that no node takes, or that no scheduler looks at. Pure. */
export function schedulingTrouble(state: SessionState, pod: PodState): Trouble | undefined {
  if (pod.phase !== 'Pending') return undefined;
  if (pod.overlooked && pod.scheduler !== undefined) return overlooked(state, pod, pod.scheduler);
  if (pod.reason !== 'Unschedulable') return undefined;
  const message = pod.message ?? '';
  const isOfClaims = UNBOUND.test(message) && !pod.overlooked && claimWarnings(state, pod).length === 0;
  // Volumes are made on demand: a claim that nobody complains of is given some seconds.
  return isOfClaims ? undefined : (claimTrouble(state, pod, message) ?? unschedulable(pod, message));
}

/** Nobody says it of a scheduler that is not there: what runs tells which ones are. */
function overlooked({ pods }: SessionState, pod: PodObserved, scheduler: string): Trouble {
  const isDefault = scheduler === 'default-scheduler';
  const others = Object.values(pods).filter(
    (other) => other.uid !== pod.uid && other.node !== undefined,
  ).length;
  const compared = others > 0 && !isDefault ? ` The other pods here are scheduled.` : '';
  return {
    code: 'NO_SCHEDULER',
    words: `no scheduler ${scheduler}`,
    message: `No scheduler looks at pod ${pod.name}: it asks for the one named ${scheduler}, which does not seem to run.${compared}`,
    hint: isDefault
      ? 'The scheduler of the cluster is not running.'
      : 'Leave schedulerName out of the manifest, or start that scheduler.',
    due: ['scheduler'],
  };
}

const UNBOUND = /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes/;

function claimTrouble(state: SessionState, pod: PodObserved, message: string): Trouble | undefined {
  const missing = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (missing !== undefined) {
    return {
      code: 'VOLUME_MISSING',
      words: `claim ${missing} missing`,
      message: `Pod ${pod.name} waits for a volume: there is no PersistentVolumeClaim ${missing}.`,
      hint: 'Add a manifest of the PersistentVolumeClaim, or correct the name.',
      due: [`PersistentVolumeClaim:${missing}`],
    };
  }
  if (!UNBOUND.test(message)) return undefined;
  const claims = pod.claims ?? [];
  const [first] = claimWarnings(state, pod);
  const names = first?.claim ?? claims.join(', ');
  return {
    code: 'VOLUME_UNBOUND',
    words: `claim ${names} not bound`,
    message: sentence(
      `Pod ${pod.name} waits for a volume: the PersistentVolumeClaim ${names} is not bound`,
      first?.warning.message,
    ),
    hint: 'Check its storageClassName: `kubectl get storageclass` lists what the cluster has.',
    due: claims.map((claim) => `PersistentVolumeClaim:${claim}`),
  };
}

/** The newest word of each of its claims that has one. */
function claimWarnings({ warnings }: SessionState, { namespace, claims = [] }: PodObserved) {
  return claims.flatMap((claim) => {
    const warning = warnings[`PersistentVolumeClaim/${namespace}/${claim}`]?.at(-1);
    return warning ? [{ claim, warning }] : [];
  });
}

function unschedulable(pod: PodObserved, message: string): Trouble {
  const reasons = reasonsOf(message).map((reason) => explain(pod, reason));
  const [first] = reasons;
  const said = reasons.length > 0 ? reasons.map(({ text }) => text).join('; ') : message;
  return {
    code: 'UNSCHEDULABLE',
    words: `cannot be scheduled: ${first?.short ?? 'no node takes it'}`,
    message: sentence(`No node takes pod ${pod.name}`, said),
    hint: first?.hint ?? 'Lower the resource requests, or free room on the node.',
    due: reasons.flatMap(({ due }) => due),
  };
}

interface Reason {
  /** how many nodes it keeps the pod from; absent where it is about none */
  readonly nodes?: string;
  readonly words: string;
}

/** `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {a: b}. preemption: …` */
function reasonsOf(message: string): readonly Reason[] {
  const [, list = ''] =
    /nodes are available: (.*?)(?:\. (?:no new claims|preemption|not found)|\.?$)/s.exec(message) ?? [];
  return list.split(/, (?=\d+ )/).flatMap((part) => {
    const [, nodes, words = part] = /^(\d+) (?:node\(s\) )?(.*)$/.exec(part) ?? [];
    return words === '' ? [] : [{ words, ...(nodes === undefined ? {} : { nodes }) }];
  });
}

interface Explained {
  readonly short: string;
  readonly text: string;
  readonly hint: string;
  readonly due: readonly string[];
}

/** The texts are those of pkg/scheduler/framework/plugins. */
function explain(pod: PodObserved, { nodes, words }: Reason): Explained {
  const on = nodes === undefined ? '' : ` (${nodes} ${nodes === '1' ? 'node' : 'nodes'})`;
  const resource = /^Insufficient (.+)$/.exec(words)?.[1];
  if (resource !== undefined) {
    const asked = pod.containers.flatMap(({ name, requests }) =>
      requests?.[resource] === undefined
        ? []
        : [`container ${name} asks for ${asWritten(resource, requests[resource])}`],
    );
    return {
      short: `not enough ${resource}`,
      text: `not enough ${resource} is free${on}${asked.length > 0 ? `, ${asked.join(', ')}` : ''}`,
      hint: `Lower resources.requests.${resource}, or stop something else that asks for ${resource}.`,
      due: pod.containers.flatMap(({ name, requests }) =>
        requests?.[resource] === undefined ? [] : [`${resource}:${name}`, `resources:${name}`],
      ),
    };
  }
  if (/match Pod's node affinity\/selector/.test(words)) return selectorReason(pod, on);
  const taint = /untolerated taints?(?:\(s\))?\s*(\{[^}]*\})?/.exec(words);
  if (taint) {
    return {
      short: 'taint',
      text: `the node has a taint ${taint[1] ?? ''} that the pod does not tolerate${on}`.replaceAll(
        '  ',
        ' ',
      ),
      hint: 'Add a toleration to the pod template, or take the taint off the node.',
      due: ['tolerations'],
    };
  }
  if (words === 'were unschedulable') {
    const uncordon = 'Let the node take pods again: `kubectl uncordon`.';
    return { short: 'the node is cordoned', text: `the node is cordoned${on}`, hint: uncordon, due: [] };
  }
  return {
    short: words,
    text: nodes === undefined ? words : `${nodes} node(s) ${words}`,
    hint: 'Change what the pod asks of a node, or the node.',
    due: [],
  };
}

function selectorReason({ nodeSelector }: PodObserved, on: string): Explained {
  const wanted = Object.entries(nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  const text =
    wanted.length > 0
      ? `no node has the labels of its nodeSelector, ${wanted.join(', ')}${on}`
      : `no node fits its node affinity${on}`;
  return {
    short: 'no node fits its selector',
    text,
    hint: 'Correct nodeSelector or affinity, or label a node: `kubectl get nodes --show-labels`.',
    due: ['nodeSelector', 'affinity'],
  };
}
