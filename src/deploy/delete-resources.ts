import pLimit from 'p-limit';
import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { getResource } from '../kube/resources.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { hintFor, keyOf, placeOf } from './app-workloads.ts';
import { inApplyOrder } from './apply-order.ts';
import { clusterLost } from './cluster-lost.ts';
import {
  type DeleteOptions,
  type DeleteOutcome,
  type DeleteTarget,
  deleteFound,
  deleteTarget,
  PATIENCE,
  StuckError,
} from './delete-target.ts';
import { claimType, type SetClaim } from './volume-claims.ts';

export interface DeleteReport {
  readonly key: ResourceKey;
  readonly outcome: DeleteOutcome;
}

export interface DeleteResourcesOptions extends DeleteOptions {
  readonly report: (report: DeleteReport) => void;
}

/** Requests under way at once. */
const PARALLEL = 8;

/**
 * Deletes what this project applied of the targets, in the reverse order of applying, and waits until it is gone with all
 * its pods; then, if asked for, the volume claims that StatefulSets made. Namespaces stay. Rejects with a RockpoolError that
 * holds every failure (DELETE_FAILED, DELETE_STUCK), after all that could be deleted was.
 */
export async function deleteResources(
  targets: readonly DeleteTarget[],
  options: DeleteResourcesOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const failures: Failure[] = [];
  const claims = new Map<ResourceKey, SetClaim>();
  for (const group of inApplyOrder(targets).toReversed()) {
    const keys = new Set(group.map(({ key }) => key));
    failures.push(
      ...(await each(group, options, async (target) => {
        const { outcome, claims: made } = await deleteTarget(target, options);
        for (const each of made) claims.set(keyOf(each.claim), each);
        options.report({ key: target.key, outcome });
      })),
    );
    for (const key of keys) claims.delete(key);
  }
  const made = [...claims].map(([key, { claim }]) => ({ key, manifest: manifestOf(claim) }));
  failures.push(...(await each(made, options, ({ key }) => deleteClaim(key, claims.get(key), options))));
  if (failures.length > 0) throw new RockpoolError(failures);
}

async function deleteClaim(
  key: ResourceKey,
  known: SetClaim | undefined,
  options: DeleteResourcesOptions,
): Promise<void> {
  if (!known) return;
  const { claim, isOurs } = known;
  if (!isOurs) return options.report({ key, outcome: (await isThere(claim, options)) ? 'unsure' : 'lost' });
  if (!options.volumes)
    return options.report({ key, outcome: (await isThere(claim, options)) ? 'kept' : 'lost' });
  await deleteFound(claim, claimType, options);
  options.report({ key, outcome: 'deleted' });
}

/** Nothing is said to be kept unseen. */
async function isThere(claim: KubeObject, { client, signal }: DeleteResourcesOptions): Promise<boolean> {
  const found = await getResource(client, claimType, placeOf(claim), signal);
  return found?.metadata?.uid === claim.metadata?.uid && found?.metadata?.['deletionTimestamp'] === undefined;
}

/** Goes on after a failure. @returns all of them */
async function each(
  targets: readonly DeleteTarget[],
  { signal }: DeleteResourcesOptions,
  work: (target: DeleteTarget) => Promise<void>,
): Promise<readonly Failure[]> {
  const limit = pLimit(PARALLEL);
  const one = async (target: DeleteTarget): Promise<readonly Failure[]> => {
    signal.throwIfAborted();
    try {
      await work(target);
      return [];
    } catch (error) {
      signal.throwIfAborted();
      return [failureOf(error, target)];
    }
  };
  return (await Promise.all(targets.map((target) => limit(() => one(target))))).flat();
}

function failureOf(error: unknown, { key, manifest }: DeleteTarget): Failure {
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  if (error instanceof StuckError) {
    const holders = error.finalizers.length > 0 ? `: its finalizers are ${error.finalizers.join(', ')}` : '';
    return {
      code: 'DELETE_STUCK',
      subject: key,
      message: `${name} is still there after ${PATIENCE / 1000} s${holders}`,
      hint: 'see what it waits for; it goes by itself when whoever set its finalizers takes them off',
      command: `kubectl describe ${manifest.kind.toLowerCase()} ${inNamespace(manifest)}`,
    };
  }
  if (error instanceof KubeUnreachable) throw clusterLost(error);
  if (error instanceof RockpoolError && error.failures[0]) return error.failures[0];
  if (!(error instanceof KubeError)) throw error;
  return {
    code: 'DELETE_FAILED',
    subject: key,
    message: `${name} is not deleted: ${error.status.message}`,
    hint: hintFor(error),
  };
}

/** The object as kubectl wants it named. */
function inNamespace({ metadata: { name, namespace } }: DeleteTarget['manifest']): string {
  return namespace === undefined ? name : `${name} -n ${namespace}`;
}

function manifestOf({ apiVersion = '', kind = '', metadata }: KubeObject): DeleteTarget['manifest'] {
  return { apiVersion, kind, metadata: { ...metadata, name: metadata?.name ?? '' } };
}
