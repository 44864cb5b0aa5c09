import type { Kind } from '../kinds.ts';
import { isMap } from '../schema/check-fields.ts';
import { seconds } from './prepare.ts';
import type { StoredMeta, StoredObject } from './stored-object.ts';

/** What the server sets at the start of an object's life, beside its defaults. */
export interface Admission {
  readonly kind: Kind;
  readonly now: Date;
  /** an address for a Service that nobody has */
  freeAddress(): string;
}

/** A new object with the first state of its kind. */
export function admitNew(object: StoredObject, { kind, now, freeAddress }: Admission): StoredObject {
  switch (kind.group === '' || kind.group === 'batch' ? kind.kind : '') {
    case 'Namespace':
      return {
        ...withLabels(object, { 'kubernetes.io/metadata.name': object.metadata.name }),
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      };
    case 'Pod':
      return { ...object, status: { phase: 'Pending', qosClass: qosClass(object) } };
    case 'Service':
      return admitService(object, freeAddress);
    case 'PersistentVolumeClaim':
      return { ...withFinalizer(object, 'kubernetes.io/pvc-protection'), status: { phase: 'Pending' } };
    case 'Secret':
      return { type: 'Opaque', ...object };
    case 'Job':
      return { ...withTemplateLabels(object), status: {} };
    case 'Event':
      return { ...object, firstTimestamp: object.firstTimestamp ?? seconds(now) };
    default:
      return kind.subresources.includes('status') && object.status === undefined
        ? { ...object, status: {} }
        : object;
  }
}

/** By what the containers request (pkg/apis/core/v1/helper/qos). */
function qosClass({ spec }: StoredObject): string {
  const { containers = [], initContainers = [] } = (isMap(spec) ? spec : {}) as Record<string, Limited[]>;
  const all = [...containers, ...initContainers].map(({ resources = {} }) => resources);
  if (all.every(({ limits = {}, requests = {} }) => Object.keys({ ...limits, ...requests }).length === 0))
    return 'BestEffort';
  const isFull = ({ limits = {}, requests = {} }: NonNullable<Limited['resources']>) =>
    ['cpu', 'memory'].every(
      (name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name],
    );
  return all.every(isFull) ? 'Guaranteed' : 'Burstable';
}

interface Limited {
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
}

/** Whatever is written, this is how it is kept: text of a Secret as bytes. Pure. */
export function normalise<T extends Readonly<Record<string, unknown>>>(object: T): T {
  if (object.kind !== 'Secret' || !isMap(object.stringData)) return object;
  const { stringData, ...rest } = object as Record<string, unknown>;
  const bytes = Object.entries(stringData as Record<string, unknown>).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const data = { ...(isMap(object.data) ? object.data : {}), ...Object.fromEntries(bytes) };
  return { type: 'Opaque', ...rest, data } as unknown as T;
}

function withLabels(object: StoredObject, labels: Record<string, string>): StoredObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...labels, ...metadata.labels } } };
}

/** A Job without labels has those of its pods. */
function withTemplateLabels(object: StoredObject): StoredObject {
  const { metadata, spec } = object as StoredObject & { spec?: { template?: { metadata?: StoredMeta } } };
  const labels = metadata.labels ?? spec?.template?.metadata?.labels;
  return labels === undefined ? object : { ...object, metadata: { ...metadata, labels } };
}

function withFinalizer(object: StoredObject, finalizer: string): StoredObject {
  const { metadata } = object;
  const finalizers = [...new Set([...(metadata.finalizers ?? []), finalizer])];
  return { ...object, metadata: { ...metadata, finalizers } };
}

function admitService(object: StoredObject, freeAddress: () => string): StoredObject {
  const spec = isMap(object.spec) ? object.spec : {};
  if (spec.type === 'ExternalName') return { ...object, spec, status: { loadBalancer: {} } };
  const clusterIP =
    typeof spec.clusterIP === 'string' && spec.clusterIP !== '' ? spec.clusterIP : freeAddress();
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] }, status: { loadBalancer: {} } };
}
