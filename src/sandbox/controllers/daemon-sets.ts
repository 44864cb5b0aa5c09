import type { Controller, Tools } from './controller.ts';
import { keyOf } from './controller.ts';
import { forgetRevisions, keepRevision } from './controller-revisions.ts';
import { daemonPod, nodeOf } from './daemon/daemon-pod.ts';
import { type DaemonSteps, daemonStatus, nextSteps } from './daemon/next-steps.ts';
import { makePod, unmakePod } from './made-pods.ts';
import {
  CONTROLLER_REVISIONS,
  DAEMON_SETS,
  type DaemonSet,
  NODES,
  type Node,
  PODS,
  type Pod,
} from './objects.ts';
import { claimed, concernOfOwned } from './owners.ts';
import { untilAvailable } from './pod-state.ts';

const HASH = 'controller-revision-hash';

/** Keeps a pod of each DaemonSet on each node that takes it. */
export function createDaemonSetController(tools: Tools): Controller {
  const { objects, now } = tools;
  return {
    kind: DAEMON_SETS,
    concerns: [
      ...[PODS, CONTROLLER_REVISIONS].map((kind) => concernOfOwned(objects, kind, DAEMON_SETS)),
      { kind: NODES, keysOf: () => objects.list(DAEMON_SETS).map(keyOf) },
    ],
    sync({ namespace, name }) {
      const set = objects.get<DaemonSet>(DAEMON_SETS, namespace, name);
      if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
      const { update, all } = keepRevision(tools, set, HASH);
      const hash = update.metadata.labels?.[HASH] ?? '';
      const stateNow = () => ({
        nodes: objects.list<Node>(NODES),
        pods: claimed<Pod>(objects, PODS, set),
        ...{ hash, now: now() },
      });
      take(tools, set, hash, nextSteps(set, stateNow()));
      const state = stateNow();
      objects.updateStatus(DAEMON_SETS, { ...set, status: daemonStatus(set, state) });
      const used = new Set([hash, ...state.pods.map(({ metadata }) => metadata.labels?.[HASH] ?? '')]);
      forgetRevisions(tools, set, all, new Set([...used].map((one) => `${name}-${one}`)));
      const waits = state.pods
        .map((pod) => untilAvailable(pod, set.spec?.minReadySeconds, now()))
        .filter((wait) => wait > 0);
      return waits.length > 0 ? Math.min(...waits) : undefined;
    },
  };
}

function take(tools: Tools, set: DaemonSet, hash: string, { create, remove, failed }: DaemonSteps): void {
  for (const node of create) makePod(tools, set, daemonPod(set, node, hash));
  for (const pod of failed) {
    const { namespace, name } = keyOf(pod);
    const message = `Found failed daemon pod ${namespace}/${name} on node ${nodeOf(pod)}, will try to kill it`;
    tools.record(set, 'Warning', 'FailedDaemonPod', message);
  }
  for (const pod of [...failed, ...remove]) unmakePod(tools, set, pod);
}
