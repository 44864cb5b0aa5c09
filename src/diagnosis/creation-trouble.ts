import type { PodObserved, ResourceKey, WorkloadObserved } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import { asWritten } from './as-written.ts';
import { sentence, type Trouble } from './trouble.ts';
import { workloadWarnings } from './warnings.ts';

/**
 * Why the cluster refuses to make the pods of a workload: quota, service account, webhook, policy. Pure.
 * @param pods that it has
 */
export function creationTrouble(
  state: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): Trouble | undefined {
  const workload = state.workloads[key];
  if (!workload || isBehind(state, workload)) return undefined;
  const parts = resourceParts(key);
  const text = sayThemselves.has(parts.kind) ? refusedByStatus(workload) : refusedByEvent(state, key, pods);
  if (text === undefined || isMended(state.quotas, parts.namespace, text)) return undefined;
  return refusal(parts, text);
}

/** How far a rollout is; a refusal that is over is not repeated, though its controller still does. Pure. */
export function rolloutReason({ quotas }: SessionState, workload: WorkloadObserved): string | undefined {
  const { key, reason, refused } = workload;
  const isOver = refused !== undefined && isMended(quotas, resourceParts(key).namespace, refused);
  return isOver ? reason?.replace(`: ${refused}`, ', which the cluster tries again by itself') : reason;
}

/** They keep the refusal in their status for as long as it lasts; events of an earlier ReplicaSet say nothing of now. */
const sayThemselves = new Set(['Deployment', 'ReplicaSet']);

/** It was observed before the newest apply changed it. */
function isBehind({ resources }: SessionState, { key, revision }: WorkloadObserved): boolean {
  return (revision ?? 0) < (resources[key]?.revision ?? 0) && revision !== undefined;
}

/** Pods of an older template may go on serving meanwhile. */
function refusedByStatus({ refused, updated, desired }: WorkloadObserved): string | undefined {
  return updated < Math.max(1, desired) ? refused : undefined;
}

/**
 * A quota that has gone or allows something else since. Controllers wait longer and longer until they try again, and
 * repeat their last refusal until then.
 */
function isMended(quotas: SessionState['quotas'], namespace: string, text: string): boolean {
  const [, name, , , limits = ''] = exceeded.exec(text) ?? [];
  const quota = quotas[`${namespace}/${name ?? otherQuota.exec(text)?.[1]}`];
  if (!quota) return false;
  const { hard } = quota;
  return hard === undefined || [...amounts(limits)].some(([what, amount]) => hard[what] !== amount);
}

/** A pod that was made later ends it. */
function refusedByEvent(
  state: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): string | undefined {
  if (pods.length >= Math.max(1, state.workloads[key]?.desired ?? 0)) return undefined;
  const [newest] = workloadWarnings(state, key).filter(({ reason }) => reason === 'FailedCreate');
  if (!newest || pods.some(({ createdAt }) => createdAt > newest.at)) return undefined;
  // A new namespace gets its default service account a moment late.
  return /serviceaccount "default" not found/.test(newest.message) && newest.count < 5
    ? undefined
    : newest.message;
}

function refusal({ kind, name }: { kind: string; name: string }, message: string): Trouble {
  const text = message
    .replace(/^\(combined from similar events\): /, '')
    .replace(/^(Error creating: |Create Pod \S+ in StatefulSet \S+ failed error: )/, '')
    .replace(/^pods? "[^"]*" is forbidden: /, '');
  const whose = `the pods of ${kind} ${name}`;
  return (
    quotaTrouble(whose, text) ??
    accountTrouble(whose, text) ??
    webhookTrouble(whose, text) ?? {
      code: 'POD_REFUSED',
      words: 'pods are refused',
      message: sentence(`The cluster does not let ${whose} be made`, text),
      hint: 'Change the pod template so that the policy of the namespace allows it.',
      due: ['template'],
    }
  );
}

/** As pkg/quota's admission plugin says it. */
const exceeded = /exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/;
const otherQuota = /failed quota: ([^:\s]+): (.*)$/;

function amounts(list: string): ReadonlyMap<string, string> {
  const items = list.split(',').filter((item) => item !== '');
  return new Map(items.map((item) => item.split('=') as [string, string]));
}

function quotaTrouble(whose: string, text: string): Trouble | undefined {
  const [, over, wanted = '', used = '', limits = ''] = exceeded.exec(text) ?? [];
  if (over !== undefined) {
    const [requested, taken, limited] = [amounts(wanted), amounts(used), amounts(limits)];
    const parts = [...requested].map(
      ([what, amount]) =>
        `${what} ${taken.get(what)} of ${asWritten(what, limited.get(what) ?? '')} used, ${asWritten(what, amount)} more asked for`,
    );
    return {
      code: 'QUOTA_EXCEEDED',
      words: `quota ${over} exceeded`,
      message: `The quota ${over} does not let ${whose} be made: ${parts.join('; ')}.`,
      hint: `Ask for less, scale something down, or raise the ResourceQuota ${over}.`,
      due: ['replicas', 'template'],
    };
  }
  const [, failed, rest] = otherQuota.exec(text) ?? [];
  if (failed === undefined) return undefined;
  return {
    code: 'QUOTA_EXCEEDED',
    words: `quota ${failed} asks for more fields`,
    message: sentence(`The quota ${failed} does not let ${whose} be made`, rest),
    hint: 'Set resources.requests and limits on each container, as the quota counts them.',
    due: ['template'],
  };
}

function accountTrouble(whose: string, text: string): Trouble | undefined {
  const account = /serviceaccount "([^"]+)" not found/.exec(text)?.[1];
  if (account === undefined) return undefined;
  return {
    code: 'SERVICE_ACCOUNT_MISSING',
    words: `service account ${account} missing`,
    message: `There is no ServiceAccount ${account}, so ${whose} cannot be made.`,
    hint: 'Add a manifest of the ServiceAccount, or correct serviceAccountName.',
    due: ['serviceAccount'],
  };
}

function webhookTrouble(whose: string, text: string): Trouble | undefined {
  const [, denier, said] = /admission webhook "([^"]+)" denied the request:? ?(.*)$/s.exec(text) ?? [];
  if (denier !== undefined) {
    return {
      code: 'WEBHOOK_DENIED',
      words: 'refused by a webhook',
      message: sentence(`The admission webhook ${denier} does not let ${whose} be made`, said),
      hint: 'Change the pod template as the webhook asks for.',
      due: ['template'],
    };
  }
  const [, silent, why] = /failed calling webhook "([^"]+)": ?(.*)$/s.exec(text) ?? [];
  if (silent === undefined) return undefined;
  return {
    code: 'WEBHOOK_FAILED',
    words: 'a webhook does not answer',
    message: sentence(`The admission webhook ${silent} does not answer, so ${whose} cannot be made`, why),
    hint: 'Start what serves the webhook, or delete its configuration.',
    due: [],
  };
}
