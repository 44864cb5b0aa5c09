import { describe, expect, it } from 'vitest';
import {
  isStopped,
  releaseSteps,
  restoreSteps,
  STOP_MANAGER,
  STOPPED,
  stopSteps,
} from '../../../src/deploy/stopped-record.ts';
import type { PatchStep } from '../../../src/kube/json-patch.ts';
import type { KubeObject } from '../../../src/kube/kube-object.ts';

/** A JSON patch, as the apiserver applies it. */
function patched(object: KubeObject, steps: readonly PatchStep[] | undefined): KubeObject {
  const copy = structuredClone(object);
  for (const step of steps ?? []) {
    const keys = step.path
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/'));
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Record<string, unknown>>(
      (at, key) => at[key] as Record<string, unknown>,
      copy,
    );
    if (step.op === 'remove') delete parent[last];
    else parent[last] = step.value;
  }
  return copy;
}

const fields = (manager: string, operation: string, fieldsV1: object) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
});
const deployment = (replicas: number, managedFields: object[] = []): KubeObject => ({
  kind: 'Deployment',
  metadata: { name: 'web', resourceVersion: '7', managedFields },
  spec: { replicas, template: { spec: {} } },
});
const replicasOf = (object: KubeObject) => (object['spec'] as { replicas: number }).replicas;
const stopped = (object: KubeObject) => patched(object, stopSteps(object));
const restored = (object: KubeObject) => {
  const back = patched(object, restoreSteps(object));
  return patched(back, releaseSteps(back));
};

const withoutPods: Readonly<Record<string, KubeObject>> = {
  Deployment: deployment(3),
  StatefulSet: { ...deployment(1), kind: 'StatefulSet' },
  ReplicaSet: { ...deployment(2), kind: 'ReplicaSet' },
  ReplicationController: { ...deployment(2), kind: 'ReplicationController' },
  CronJob: { kind: 'CronJob', metadata: { name: 'tick' }, spec: { suspend: false } },
  Job: { kind: 'Job', metadata: { name: 'once' }, spec: {} },
  DaemonSet: { kind: 'DaemonSet', metadata: { name: 'agent' }, spec: { template: { spec: {} } } },
  'DaemonSet with a selector': {
    kind: 'DaemonSet',
    metadata: { name: 'agent', annotations: { own: 'x' } },
    spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } },
  },
  'StatefulSet that deletes its volumes': {
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 1,
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
    },
  },
};

describe('a workload that is stopped', () => {
  it.each(Object.entries(withoutPods))('%s: is what it was after it is put back', (_, object) => {
    const after = restored(stopped(object));
    expect({ ...after, metadata: undefined }).toEqual({ ...object, metadata: undefined });
    expect(after.metadata?.annotations ?? {}).toEqual(object.metadata?.annotations ?? {});
  });

  it.each(Object.entries(withoutPods))('%s: a second stop keeps the record of the first', (_, object) => {
    expect(stopSteps(stopped(object))).toBeUndefined();
  });

  it('has no pods', () => {
    const spec = (name: string) => stopped(withoutPods[name]!)['spec'];
    expect(spec('Deployment')).toMatchObject({ replicas: 0 });
    expect(spec('CronJob')).toEqual({ suspend: true });
    expect(spec('DaemonSet with a selector')).toMatchObject({
      template: { spec: { nodeSelector: { disk: 'ssd', [STOPPED]: 'true' } } },
    });
    expect(spec('StatefulSet that deletes its volumes')).toMatchObject({
      replicas: 0,
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain' },
    });
  });

  it('that ran nothing is left as it is', () => {
    const ended = {
      kind: 'Job',
      metadata: {},
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    };
    const suspended = { kind: 'CronJob', metadata: {}, spec: { suspend: true } };
    for (const object of [deployment(0), ended, suspended]) expect(stopSteps(object)).toBeUndefined();
  });

  it('and was scaled since keeps that number, and a stop after it records it', () => {
    const scaled = { ...stopped(deployment(3)), spec: { replicas: 2, template: { spec: {} } } };
    expect(replicasOf(restored(scaled))).toBe(2);
    expect(replicasOf(restored(stopped(scaled)))).toBe(2);
  });

  it('whose restore was cut off is gone on with', () => {
    const object = deployment(3);
    const half = patched(stopped(object), restoreSteps(stopped(object)));
    expect(isStopped(half)).toBe(true);
    expect(restored(half)).toMatchObject({ spec: { replicas: 3 } });
    expect(isStopped(restored(half))).toBe(false);
  });

  it('with a record that somebody broke is put back as far as it can be read', () => {
    const broken = { ...deployment(0), metadata: { name: 'web', annotations: { [STOPPED]: '{"a' } } };
    expect(restoreSteps(broken)).toEqual([]);
    expect(restored(broken).metadata?.annotations).toEqual({});
  });
});

describe('the fields of a workload that is put back', () => {
  const template = { 'f:template': { 'f:spec': {} } };
  const rockpool = fields('rockpool', 'Apply', { 'f:spec': { 'f:replicas': {}, ...template } });
  const kubectl = {
    ...fields('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }),
    subresource: 'scale',
  };
  /** As the apiserver does it: who changes a field has it alone. */
  const taken = (object: KubeObject, rest: object[]): KubeObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: [...rest, fields(STOP_MANAGER, 'Update', { 'f:spec': { 'f:replicas': {} } })],
    },
  });

  it.each([
    ['an apply', [rockpool], [fields('rockpool', 'Apply', { 'f:spec': template })]],
    ['kubectl scale, whose entry went with its only field', [kubectl], []],
    ['both', [rockpool, kubectl], [fields('rockpool', 'Apply', { 'f:spec': template })]],
    ['nobody', [], []],
  ])('belong to whom they did: %s', (_, before, rest) => {
    const after = restored(taken(stopped(deployment(3, before)), rest));
    expect(after.metadata?.['managedFields']).toEqual(
      before.length > 0 ? expect.arrayContaining(before) : expect.anything(),
    );
    if (before.length > 0) expect(after.metadata?.['managedFields']).toHaveLength(before.length);
  });

  it('belong to who took them since', () => {
    const hpa = fields('kube-controller-manager', 'Update', { 'f:spec': { 'f:replicas': {} } });
    const object = stopped(deployment(3, [rockpool]));
    const scaled = {
      ...object,
      metadata: { ...object.metadata, managedFields: [hpa] },
      spec: { replicas: 5, template: { spec: {} } },
    };
    expect(restored(scaled).metadata?.['managedFields']).toEqual([hpa]);
  });
});
