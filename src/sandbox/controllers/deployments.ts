import type { Controller, Tools } from './controller.ts';
import { keyOf } from './controller.ts';
import { deploymentStatus } from './deployment/deployment-status.ts';
import { nextStep, type Step } from './deployment/next-step.ts';
import { revisionAnnotation, revisionOf, setsOf } from './deployment/revisions.ts';
import { DEPLOYMENTS, type Deployment, PODS, type Pod, REPLICA_SETS, type ReplicaSet } from './objects.ts';
import { claimed, concernOfOwned, controllerOf } from './owners.ts';

/** Keeps one ReplicaSet for each template that a Deployment had, and moves its pods to the newest. */
export function createDeploymentController(tools: Tools): Controller {
  const { objects, now } = tools;
  return {
    kind: DEPLOYMENTS,
    concerns: [
      concernOfOwned(objects, REPLICA_SETS, DEPLOYMENTS),
      // When the last pod of before has gone, Recreate goes on.
      { kind: PODS, keysOf: (pod, _, type) => (type === 'DELETED' ? deploymentOf(tools, pod) : []) },
    ],
    sync({ namespace, name }) {
      const deployment = objects.get<Deployment>(DEPLOYMENTS, namespace, name);
      if (!deployment) return undefined;
      const sets = claimed<ReplicaSet>(objects, REPLICA_SETS, deployment);
      const isGoing = deployment.metadata.deletionTimestamp !== undefined;
      const step = isGoing ? NOTHING : nextStep(deployment, sets, objects.list<Pod>(PODS, namespace));
      take(tools, deployment, sets, step);
      const after = setsOf(deployment, claimed<ReplicaSet>(objects, REPLICA_SETS, deployment));
      const told = withRevision(tools, deployment, after.current);
      const status = deploymentStatus(told, after, now(), step.create !== undefined);
      return untilLate(objects.updateStatus(DEPLOYMENTS, { ...told, status }), now());
    },
  };
}

const NOTHING: Step = { change: [], remove: [] };

function deploymentOf({ objects }: Tools, pod: Parameters<typeof controllerOf>[0]) {
  const { namespace = '' } = pod.metadata;
  const owner = controllerOf(pod);
  const set = owner?.kind === 'ReplicaSet' ? objects.get(REPLICA_SETS, namespace, owner.name) : undefined;
  const deployment = set ? controllerOf(set) : undefined;
  return deployment ? [{ namespace, name: deployment.name }] : [];
}

function take(
  { objects, record }: Tools,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  { create, change, remove }: Step,
): void {
  const { namespace } = keyOf(deployment);
  const tell = (name: string, from: number, to: number): void => {
    if (from === to) return;
    const way = from < to ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${name} from ${from} to ${to}`;
    record(deployment, 'Normal', 'ScalingReplicaSet', message);
  };
  if (create) {
    const made = objects.create<ReplicaSet>(REPLICA_SETS, namespace, create);
    tell(made.metadata.name, 0, made.spec?.replicas ?? 0);
  }
  for (const set of change) {
    const before = sets.find(({ metadata }) => metadata.uid === set.metadata.uid);
    objects.update(REPLICA_SETS, set);
    tell(set.metadata.name, before?.spec?.replicas ?? 0, set.spec?.replicas ?? 0);
  }
  for (const set of remove) objects.delete(REPLICA_SETS, set);
}

function withRevision(
  { objects }: Tools,
  deployment: Deployment,
  current: ReplicaSet | undefined,
): Deployment {
  if (!current || revisionOf(deployment) === revisionOf(current)) return deployment;
  return objects.patch(DEPLOYMENTS, deployment, { metadata: { annotations: revisionAnnotation(current) } });
}

/** ms until a Deployment that does not get on has exceeded its deadline. */
function untilLate({ spec, status }: Deployment, now: number): number | undefined {
  const progress = status?.conditions?.find(({ type }) => type === 'Progressing');
  const isWaiting = progress?.status === 'True' && progress.reason !== 'NewReplicaSetAvailable';
  if (!isWaiting && progress?.reason !== 'DeploymentResumed') return undefined;
  const since = Date.parse(progress.lastUpdateTime ?? '');
  return Math.max(1000, since + (spec?.progressDeadlineSeconds ?? 600) * 1000 - now + 1000);
}
