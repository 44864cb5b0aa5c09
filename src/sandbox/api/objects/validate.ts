import { isDeepStrictEqual } from 'node:util';
import { type InvalidCause, refuse } from '../api-error.ts';
import type { Kind } from '../kinds.ts';
import { isMap } from '../schema/check-fields.ts';
import { notDone } from './not-done.ts';
import type { StoredObject } from './stored-object.ts';

/**
 * Refuses, in Kubernetes' words, what people get wrong most: missing containers, names and images, a selector that does
 * not fit the template, fields that cannot change. Throws an ApiError of 422, or of 501 for what the sandbox does not do.
 * Pure.
 */
export function validate(kind: Kind, object: StoredObject, before?: StoredObject): void {
  const missing = notDone(object);
  if (missing !== undefined) throw refuse.notInSandbox(missing);
  const causes = [...causesOf(kind, object), ...(before ? immutable(kind, before, object) : [])];
  if (causes.length > 0) throw refuse.invalid(kind, object.metadata.name, causes);
}

const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

function causesOf(kind: Kind, object: StoredObject): InvalidCause[] {
  const spec = mapOf(object.spec);
  if (kind.kind === 'Pod' && kind.group === '') return podCauses(spec, 'spec');
  if (kind.group === 'batch' && kind.kind === 'Job') return jobCauses(spec);
  if (kind.group === 'apps' && WORKLOADS.has(kind.kind)) {
    const labels = mapOf(mapOf(mapOf(spec.template).metadata).labels);
    return [
      ...selectorCauses(spec.selector, labels),
      ...podCauses(mapOf(mapOf(spec.template).spec), 'spec.template.spec'),
    ];
  }
  if (kind.kind === 'Service' && kind.group === '') return serviceCauses(spec);
  return [];
}

function selectorCauses(selector: unknown, labels: Record<string, unknown>): InvalidCause[] {
  if (!isMap(selector) || Object.keys(selector).length === 0)
    return [{ field: 'spec.selector', message: 'Required value', reason: 'FieldValueRequired' }];
  const fits = Object.entries(mapOf(selector.matchLabels)).every(([key, value]) => labels[key] === value);
  const message = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
  return fits ? [] : [{ field: 'spec.template.metadata.labels', message }];
}

function podCauses(spec: Record<string, unknown>, path: string): InvalidCause[] {
  if (!Array.isArray(spec.containers) || spec.containers.length === 0)
    return [{ field: `${path}.containers`, message: 'Required value', reason: 'FieldValueRequired' }];
  return spec.containers.flatMap((container, index) =>
    ['name', 'image'].flatMap((field) => {
      const value = mapOf(container)[field];
      if (typeof value === 'string' && value !== '') return [];
      return [
        {
          field: `${path}.containers[${index}].${field}`,
          message: 'Required value',
          reason: 'FieldValueRequired',
        },
      ];
    }),
  );
}

function jobCauses(spec: Record<string, unknown>): InvalidCause[] {
  const template = mapOf(mapOf(spec.template).spec);
  const path = 'spec.template.spec';
  const policy = template.restartPolicy;
  if (policy === 'OnFailure' || policy === 'Never') return podCauses(template, path);
  const message = `Required value: valid values: "OnFailure", "Never"`;
  return [
    ...podCauses(template, path),
    { field: `${path}.restartPolicy`, message, reason: 'FieldValueRequired' },
  ];
}

function serviceCauses(spec: Record<string, unknown>): InvalidCause[] {
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return [];
  if (Array.isArray(spec.ports) && spec.ports.length > 0) return [];
  return [{ field: 'spec.ports', message: 'Required value', reason: 'FieldValueRequired' }];
}

/** Fields that cannot change, by kind; `*`: the whole spec but for those that follow. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['selector'],
  ReplicaSet: ['selector'],
  DaemonSet: ['selector'],
  Job: ['selector', 'template', 'completionMode'],
  PersistentVolumeClaim: ['accessModes', 'storageClassName', 'volumeMode', 'volumeName'],
  Service: ['clusterIP'],
};

/** Of a StatefulSet only these may change. */
const STATEFUL = new Set([
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
  ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
]);

function immutable(kind: Kind, before: StoredObject, after: StoredObject): InvalidCause[] {
  const [old, now] = [mapOf(before.spec), mapOf(after.spec)];
  const differs = (field: string) => old[field] !== undefined && !isDeepStrictEqual(old[field], now[field]);
  if (kind.group === 'apps' && kind.kind === 'StatefulSet') {
    if (!Object.keys({ ...old, ...now }).some((field) => !STATEFUL.has(field) && differs(field))) return [];
    const message = `Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden`;
    return [{ field: 'spec', message, reason: 'FieldValueForbidden' }];
  }
  if (kind.kind === 'Pod' && kind.group === '') return podChanges(old, now);
  if (kind.group === '' && SEALABLE.has(kind.kind)) return sealedChanges(before, after);
  return (IMMUTABLE[kind.kind] ?? [])
    .filter((field) => differs(field) && !(kind.kind === 'PersistentVolumeClaim' && old[field] === ''))
    .map((field) => {
      const message = `Invalid value: ${JSON.stringify(now[field])}: field is immutable`;
      return { field: `spec.${field}`, message };
    });
}

/** Kinds that can be made `immutable`. */
const SEALABLE = new Set(['ConfigMap', 'Secret']);

/** Nothing that an immutable ConfigMap or Secret holds may change, nor that it is immutable. */
function sealedChanges(before: StoredObject, after: StoredObject): InvalidCause[] {
  if (before['immutable'] !== true) return [];
  const message = 'Forbidden: field is immutable when `immutable` is set';
  return ['immutable', 'data', 'binaryData']
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, message, reason: 'FieldValueForbidden' as const }));
}

/** Images may change, and so may how long a pod gets to stop. */
function podChanges(old: Record<string, unknown>, now: Record<string, unknown>): InvalidCause[] {
  const fixed = ({
    activeDeadlineSeconds: _,
    tolerations: __,
    nodeName: ___,
    schedulingGates: ____,
    ...spec
  }: Record<string, unknown>) => ({
    ...spec,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
  });
  if (isDeepStrictEqual(fixed(old), fixed(now))) return [];
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ field: 'spec', message, reason: 'FieldValueForbidden' }];
}

function withoutImages(list: unknown): unknown {
  return Array.isArray(list) ? list.map((item) => ({ ...mapOf(item), image: undefined })) : undefined;
}

const mapOf = (value: unknown): Record<string, unknown> => (isMap(value) ? value : {});
