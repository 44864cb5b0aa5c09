import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { inApplyOrder } from './apply-order.ts';
import { clusterLost } from './cluster-lost.ts';
import { APP_LABEL } from './labels.ts';
import type { Manifest } from './manifest.ts';

export interface DeleteReport {
  readonly key: ResourceKey;
  /** kept: a volume claim or a namespace; foreign: not applied by this project */
  readonly outcome: 'deleted' | 'absent' | 'kept' | 'foreign';
}

export interface DeleteResourcesOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project: only what carries it in its label is deleted */
  readonly app: string;
  readonly report: (report: DeleteReport) => void;
  readonly signal: AbortSignal;
}

interface Target {
  readonly key: ResourceKey;
  readonly manifest: Manifest;
}

/** ms until an object that does not go is reported with what holds it: longer than any grace period people set */
const PATIENCE = 120_000;
/** ms between two looks */
const AGAIN = 200;
/** What holds data, and what holds everything else. */
const KEPT = new Set(['PersistentVolumeClaim', 'PersistentVolume', 'Namespace']);

/**
 * Deletes what the manifests describe and this project applied, in the reverse order of applying, and waits until it
 * is gone with all its pods. Volume claims and namespaces stay. Rejects with a RockpoolError that holds every failure
 * (DELETE_FAILED, DELETE_STUCK), after all that could be deleted was.
 */
export async function deleteResources(
  targets: readonly Target[],
  options: DeleteResourcesOptions,
): Promise<void> {
  const { signal, report } = options;
  signal.throwIfAborted();
  const limit = pLimit(8);
  const failures: Failure[] = [];
  const deleteOne = async (target: Target): Promise<readonly Failure[]> => {
    signal.throwIfAborted();
    try {
      report({ key: target.key, outcome: await deleteTarget(target, options) });
      return [];
    } catch (error) {
      signal.throwIfAborted();
      return [failureOf(error, target)];
    }
  };
  for (const group of inApplyOrder(targets).toReversed()) {
    failures.push(...(await Promise.all(group.map((target) => limit(() => deleteOne(target))))).flat());
  }
  if (failures.length > 0) throw new RockpoolError(failures);
}

async function deleteTarget(
  { manifest }: Target,
  options: DeleteResourcesOptions,
): Promise<DeleteReport['outcome']> {
  if (KEPT.has(manifest.kind)) return 'kept';
  const { client, discovery, app, signal } = options;
  const type = await discovery.find(manifest.apiVersion, manifest.kind, { signal }).catch(absentKind);
  if (!type) return 'absent';
  const { name, namespace } = manifest.metadata;
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  const found = await getResource(client, type, place, signal);
  const { uid, labels } = found?.metadata ?? {};
  if (uid === undefined) return 'absent';
  if (labels?.[APP_LABEL] !== app) return 'foreign';
  await deleteResource(client, type, place, { uid, propagation: 'Foreground', signal });
  await untilGone(client, type, place, uid, signal);
  return 'deleted';
}

/** A custom kind whose CRD is gone has no objects. */
function absentKind(error: unknown): undefined {
  if (error instanceof RockpoolError && error.failures[0]?.code === 'UNKNOWN_KIND') return undefined;
  throw error;
}

async function untilGone(
  client: DeleteResourcesOptions['client'],
  type: ResourceType,
  place: { name: string; namespace?: string },
  uid: string,
  signal: AbortSignal,
): Promise<void> {
  let left: KubeObject | undefined;
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    left = await getResource(client, type, place, signal);
    if (left?.metadata?.uid !== uid) return;
    await sleep(AGAIN, undefined, { signal });
  }
  const finalizers = left?.metadata?.finalizers;
  throw new StuckError(Array.isArray(finalizers) ? finalizers.map(String) : []);
}

class StuckError extends Error {
  readonly finalizers: readonly string[];

  constructor(finalizers: readonly string[]) {
    super('still there');
    this.finalizers = finalizers;
  }
}

function failureOf(error: unknown, { key, manifest }: Target): Failure {
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  if (error instanceof StuckError) {
    const holders = error.finalizers.length > 0 ? `: its finalizers are ${error.finalizers.join(', ')}` : '';
    return {
      code: 'DELETE_STUCK',
      subject: key,
      message: `${name} is still there after ${PATIENCE / 1000} s${holders}`,
    };
  }
  if (error instanceof KubeUnreachable) throw clusterLost(error);
  if (!(error instanceof KubeError)) throw error;
  return { code: 'DELETE_FAILED', subject: key, message: `${name} is not deleted: ${error.status.message}` };
}
