import type { Controller, Tools } from './controller.ts';
import { keyOf } from './controller.ts';
import { forgetRevisions, keepRevision, type Revisions, templateOf } from './controller-revisions.ts';
import {
  CONTROLLER_REVISIONS,
  PERSISTENT_VOLUME_CLAIMS,
  type PersistentVolumeClaim,
  PODS,
  type Pod,
  STATEFUL_SETS,
  type StatefulSet,
} from './objects.ts';
import { claimed, concernOfOwned } from './owners.ts';
import { isReady, untilAvailable } from './pod-state.ts';
import { nextSteps, ordinalOf, revisionOf, type StatefulSteps } from './stateful/next-steps.ts';
import { claimObject, claimsOf, goingWith, statefulPod } from './stateful/stateful-pod.ts';
import { statefulStatus } from './stateful/stateful-status.ts';

/** Keeps the numbered pods of a StatefulSet, each with the claims of its number. */
export function createStatefulSetController(tools: Tools): Controller {
  const { objects, now } = tools;
  return {
    kind: STATEFUL_SETS,
    concerns: [PODS, CONTROLLER_REVISIONS].map((kind) => concernOfOwned(objects, kind, STATEFUL_SETS)),
    sync({ namespace, name }) {
      const set = objects.get<StatefulSet>(STATEFUL_SETS, namespace, name);
      if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
      const revisions = keepRevision(tools, set, 'controller.kubernetes.io/hash');
      const update = revisions.update.metadata.name;
      const current = set.status?.currentRevision ?? update;
      const stateNow = () => ({ pods: podsOf(tools, set), current, update, now: now() });
      take(tools, set, nextSteps(set, stateNow()), revisions);
      const state = stateNow();
      objects.updateStatus(STATEFUL_SETS, { ...set, status: statefulStatus(set, state) });
      const used = new Set([current, update, ...state.pods.flatMap((pod) => revisionOf(pod) ?? [])]);
      forgetRevisions(tools, set, revisions.all, used);
      return nextChange(set, state.pods, now());
    },
  };
}

/** Those that are named as its own are. */
function podsOf({ objects }: Tools, set: StatefulSet): readonly Pod[] {
  return claimed<Pod>(objects, PODS, set).filter(
    (pod) => pod.metadata.name === `${set.metadata.name}-${ordinalOf(pod)}`,
  );
}

function take(
  tools: Tools,
  set: StatefulSet,
  { create, remove, failed }: StatefulSteps,
  { update, all }: Revisions,
): void {
  const { name } = set.metadata;
  for (const { ordinal, revision } of create) {
    makeClaims(tools, set, ordinal);
    const source = all.find(({ metadata }) => metadata.name === revision) ?? update;
    make(
      tools,
      set,
      statefulPod(set, ordinal, { revision: source.metadata.name, template: templateOf(source) }),
    );
  }
  for (const pod of failed) {
    const message = `StatefulSet ${set.metadata.namespace}/${name} is recreating failed Pod ${pod.metadata.name}`;
    tools.record(set, 'Warning', 'RecreatingFailedPod', message);
  }
  for (const pod of [...failed, ...remove]) unmake(tools, set, pod);
}

function makeClaims({ objects, record }: Tools, set: StatefulSet, ordinal: number): void {
  const { namespace, name } = keyOf(set);
  for (const claim of claimsOf(set, ordinal)) {
    if (objects.get(PERSISTENT_VOLUME_CLAIMS, namespace, claim.name)) continue;
    objects.create(PERSISTENT_VOLUME_CLAIMS, namespace, claimObject(set, claim));
    const message = `Create Claim ${claim.name} Pod ${name}-${ordinal} in StatefulSet ${name} success`;
    record(set, 'Normal', 'SuccessfulCreate', message);
  }
}

function make({ objects, record }: Tools, set: StatefulSet, pod: object): void {
  const { namespace, name } = keyOf(set);
  const podName = (pod as { metadata: { name: string } }).metadata.name;
  try {
    objects.create(PODS, namespace, pod);
    record(set, 'Normal', 'SuccessfulCreate', `Create Pod ${podName} in StatefulSet ${name} successful`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Create Pod ${podName} in StatefulSet ${name} failed error: ${why}`;
    record(set, 'Warning', 'FailedCreate', message);
    throw error;
  }
}

function unmake({ objects, record }: Tools, set: StatefulSet, pod: Pod): void {
  const { name, namespace } = pod.metadata;
  const index = ordinalOf(pod) - (set.spec?.ordinals?.start ?? 0);
  const isScaled = index < 0 || index >= (set.spec?.replicas ?? 1);
  if (isScaled && set.spec?.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete') {
    for (const { name: claimName } of claimsOf(set, ordinalOf(pod))) {
      const claim = objects.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, namespace ?? '', claimName);
      if (claim) objects.patch(PERSISTENT_VOLUME_CLAIMS, claim, goingWith(pod, set, claim));
    }
  }
  objects.delete(PODS, pod);
  record(
    set,
    'Normal',
    'SuccessfulDelete',
    `Delete Pod ${name} in StatefulSet ${set.metadata.name} successful`,
  );
}

/** ms until a pod that is ready becomes available by that alone. */
function nextChange({ spec }: StatefulSet, pods: readonly Pod[], now: number): number | undefined {
  const waits = pods
    .filter(isReady)
    .map((pod) => untilAvailable(pod, spec?.minReadySeconds, now))
    .filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
