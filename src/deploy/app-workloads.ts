import { builtinKinds } from '../kube/builtin-kinds.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { apiVersionOf, type ResourceType } from '../kube/kube-path.ts';
import { listResources } from '../kube/list-resources.ts';
import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { clusterLost } from './cluster-lost.ts';
import { APP_LABEL } from './labels.ts';
import { isApplied } from './managed-fields.ts';

export interface AppPlace {
  readonly client: Pick<KubeClient, 'request'>;
  /** name of the project: only what carries it in its label is touched */
  readonly app: string;
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
  /** told of a kind that the user may not list, each time */
  readonly refused?: (what: { readonly plural: string; readonly namespace: string }) => void;
}

/** Kinds that make pods, in the order in which they are stopped: a CronJob makes Jobs, a Deployment ReplicaSets. */
export const workloadTypes: readonly ResourceType[] = [
  'batch/v1 CronJob',
  'apps/v1 Deployment',
  'apps/v1 StatefulSet',
  'apps/v1 DaemonSet',
  'apps/v1 ReplicaSet',
  'v1 ReplicationController',
  'batch/v1 Job',
].map((name) => typeNamed(name));

export const podType = typeNamed('v1 Pod');

/** Objects of a kind in all the namespaces. A kind that the user may not list has none. */
export async function listEverywhere(
  { client, namespaces, signal, refused }: AppPlace,
  type: ResourceType,
  labelSelector?: string,
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    namespaces.map(async (namespace) => {
      try {
        const selection = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) };
        return await listResources(client, type, selection, signal);
      } catch (error) {
        if (error instanceof KubeError && error.status.code === 403) {
          refused?.({ plural: type.plural, namespace });
          return [];
        }
        throw error instanceof KubeUnreachable ? clusterLost(error) : error;
      }
    }),
  );
  return lists.flat();
}

/**
 * The workloads of a kind that the project applied and that follow no other: pods of a Deployment are its ReplicaSet's
 * matter. The label alone does not count.
 */
export async function listOwn(place: AppPlace, type: ResourceType): Promise<readonly KubeObject[]> {
  const found = await listLabelled(place, type);
  return found.filter(isApplied);
}

/** Those that carry the project's label and follow no other, whoever made them. */
export async function listLabelled(place: AppPlace, type: ResourceType): Promise<readonly KubeObject[]> {
  const found = await listEverywhere(place, type, `${APP_LABEL}=${place.app}`);
  return found.filter((object) => controllerOf(object) === undefined);
}

/** uid of the object that makes and deletes this one. Pure. */
export function controllerOf({ metadata }: KubeObject): string | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}

/** Pure. */
export function keyOf({ kind = '', metadata }: KubeObject): ResourceKey {
  return `${kind}/${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** Where an object is, as requests want it. Pure. */
export function placeOf({ metadata }: KubeObject): { name: string; namespace?: string } {
  const { name = '', namespace } = metadata ?? {};
  return { name, ...(namespace ? { namespace } : {}) };
}

/**
 * Does something with each object and goes on after a refusal. @returns every failure. Rejects with a RockpoolError of
 * code CLUSTER_LOST when the apiserver does not answer.
 */
export async function withEach(
  objects: readonly KubeObject[],
  code: 'STOP_FAILED' | 'RESTORE_FAILED',
  work: (object: KubeObject) => Promise<void>,
): Promise<readonly Failure[]> {
  const results = await Promise.all(
    objects.map(async (object): Promise<readonly Failure[]> => {
      try {
        await work(object);
        return [];
      } catch (error) {
        if (error instanceof KubeUnreachable) throw clusterLost(error);
        if (!(error instanceof KubeError)) throw error;
        const verb = code === 'STOP_FAILED' ? 'stopped' : 'put back';
        const message = `${object.kind} ${object.metadata?.name} is not ${verb}: ${error.status.message}`;
        return [{ code, subject: keyOf(object), message, hint: hintFor(error) }];
      }
    }),
  );
  return results.flat();
}

/** What to do about a refusal: the same command goes on with what is left. */
export function hintFor({ status }: KubeError): string {
  return status.code === 403
    ? 'ask who runs the cluster for the right to do that, then run the same command again'
    : 'see to the reason, then run the same command again: it goes on with what is left';
}

/** A built-in kind: `apps/v1 Deployment`. Throws a TypeError for any other. Pure. */
export function typeNamed(name: string): ResourceType {
  const type = builtinKinds.find((known) => `${apiVersionOf(known)} ${known.kind}` === name);
  if (!type) throw new TypeError(`no built-in kind ${name}`);
  return type;
}
