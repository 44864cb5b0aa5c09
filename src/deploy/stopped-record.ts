import { isDeepStrictEqual } from 'node:util';
import { type PatchStep, pointer, sameVersion } from '../kube/json-patch.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { givenBack, type OwnedField, ownersOf } from './field-owners.ts';
import { managedFieldsOf } from './managed-fields.ts';
import { isMap, updateAt, valueAt } from './manifest.ts';

/** What a workload was before it was stopped: JSON, as an annotation. On a node selector: a label that no node has. */
export const STOPPED = 'rockpool.dev/stopped';
/** Whose the fields are that keep a workload stopped. */
export const STOP_MANAGER = 'rockpool-stop';

/** A field that keeps a workload stopped, and what it was. `was` is absent when it was not set. */
interface StoppedField extends OwnedField {
  readonly was?: unknown;
}

/**
 * The steps that stop a workload and record what it was; undefined when there is nothing to stop: it is stopped, has no
 * replicas, or is a Job that ended. What an earlier stop recorded stays as long as it is still in force. Pure.
 */
export function stopSteps(object: KubeObject): readonly PatchStep[] | undefined {
  const recorded = recordOf(object);
  const changes = stoppingValues(object).filter(
    ({ path, value }) => !isDeepStrictEqual(valueAt(object, path), value),
  );
  if (changes.length === 0) return undefined;
  const changed = changes.map(({ path }): StoppedField => {
    const was = valueAt(object, path);
    return { path, by: ownersOf(managedFieldsOf(object), path), ...(was === undefined ? {} : { was }) };
  });
  const kept = recorded.filter(({ path }) => !changes.some((change) => isDeepStrictEqual(change.path, path)));
  return [
    sameVersion(object),
    ...changes.map(({ path, value }): PatchStep => ({ op: 'add', path: pointer(path), value })),
    ...annotate(object, JSON.stringify([...kept, ...changed])),
  ];
}

/** Whether a stop left its record on an object. Pure. */
export function isStopped(object: KubeObject): boolean {
  return object.metadata?.annotations?.[STOPPED] !== undefined;
}

/**
 * The steps that put back what the record says, where the stopped value still stands: what somebody set since stays.
 * The record itself stays until releaseSteps, so that a restore that was cut off can be gone on with. Pure.
 */
export function restoreSteps(object: KubeObject): readonly PatchStep[] {
  const stopping = stoppingValues(object);
  const steps = recordOf(object).flatMap(({ path, was }): PatchStep[] => {
    const stopped = stopping.find((field) => isDeepStrictEqual(field.path, path));
    if (!stopped || !isDeepStrictEqual(valueAt(object, path), stopped.value)) return [];
    if (was === undefined) return [{ op: 'remove', path: pointer(path) }];
    return [{ op: 'add', path: pointer(path), value: was }];
  });
  return steps.length === 0 ? [] : [sameVersion(object), ...steps];
}

/** The steps that take the record off and give each field back to those who managed it before. Pure. */
export function releaseSteps(object: KubeObject): readonly PatchStep[] {
  const entries = givenBack(managedFieldsOf(object), STOP_MANAGER, recordOf(object));
  return [
    sameVersion(object),
    { op: 'remove', path: pointer(['metadata', 'annotations', STOPPED]) },
    ...(entries.length > 0
      ? [{ op: 'add', path: '/metadata/managedFields', value: entries } satisfies PatchStep]
      : []),
  ];
}

/**
 * An object as if it had not been stopped: its values, and whose they are; what somebody set since stays. The record
 * stays on it. Pure. @param manager who put values back already, if anybody did
 */
export function asBeforeStop(object: KubeObject, manager: string): KubeObject {
  const recorded = recordOf(object);
  const stopping = stoppingValues(object);
  const isStill = ({ path }: StoppedField) =>
    stopping.some(
      (field) => isDeepStrictEqual(field.path, path) && isDeepStrictEqual(valueAt(object, path), field.value),
    );
  const restored = recorded
    .filter(isStill)
    .reduce((target, { path, was }) => updateAt(target, path, () => was), object);
  const entries = managedFieldsOf(object);
  if (recorded.length === 0) return restored;
  const managedFields = [STOP_MANAGER, manager].reduce(
    (all, each) => givenBack(all, each, recorded),
    entries,
  );
  return { ...restored, metadata: { ...restored.metadata, managedFields } };
}

interface StoppingValue {
  readonly path: readonly string[];
  readonly value: unknown;
}

const REPLICAS = ['spec', 'replicas'];
const SUSPEND = ['spec', 'suspend'];
const NODE_SELECTOR = ['spec', 'template', 'spec', 'nodeSelector'];
const WHEN_SCALED = ['spec', 'persistentVolumeClaimRetentionPolicy', 'whenScaled'];

/** The values that keep a workload without pods. */
function stoppingValues(object: KubeObject): readonly StoppingValue[] {
  switch (object.kind) {
    case 'CronJob':
      return [{ path: SUSPEND, value: true }];
    case 'Job':
      return hasEnded(object) ? [] : [{ path: SUSPEND, value: true }];
    case 'DaemonSet': {
      const known = valueAt(object, NODE_SELECTOR);
      return [{ path: NODE_SELECTOR, value: { ...(isMap(known) ? known : {}), [STOPPED]: 'true' } }];
    }
    case 'StatefulSet':
      return [{ path: REPLICAS, value: 0 }, ...keptVolumes(object)];
    default:
      return [{ path: REPLICAS, value: 0 }];
  }
}

/** A StatefulSet that deletes its volume claims when it is scaled down must not do so when it is stopped. */
function keptVolumes(object: KubeObject): readonly StoppingValue[] {
  const isRecorded = recordOf(object).some(({ path }) => isDeepStrictEqual(path, WHEN_SCALED));
  return isRecorded || valueAt(object, WHEN_SCALED) === 'Delete'
    ? [{ path: WHEN_SCALED, value: 'Retain' }]
    : [];
}

function hasEnded(object: KubeObject): boolean {
  const conditions = valueAt(object, ['status', 'conditions']);
  if (!Array.isArray(conditions)) return false;
  return conditions.some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

function annotate(object: KubeObject, value: string): readonly PatchStep[] {
  const add: PatchStep = { op: 'add', path: pointer(['metadata', 'annotations', STOPPED]), value };
  if (object.metadata?.annotations) return [add];
  return [{ op: 'add', path: '/metadata/annotations', value: {} }, add];
}

/** A record that somebody edited into something else counts as none. */
function recordOf(object: KubeObject): readonly StoppedField[] {
  try {
    const fields: unknown = JSON.parse(object.metadata?.annotations?.[STOPPED] ?? '[]');
    return Array.isArray(fields) ? fields.filter(isStoppedField) : [];
  } catch {
    return [];
  }
}

function isStoppedField(value: unknown): value is StoppedField {
  return isMap(value) && Array.isArray(value['path']) && Array.isArray(value['by']);
}
