import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError, refuse } from '../api-error.ts';
import type { Kind } from '../kinds.ts';
import { isMap } from '../schema/check-fields.ts';
import type { StoredObject } from './stored-object.ts';

type Fields = Readonly<Record<string, unknown>>;

/** DNS subdomain (RFC 1123), which the names of most objects are. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export interface Creation {
  readonly kind: Kind;
  /** of the path */
  readonly namespace: string | undefined;
  readonly now: Date;
}

/** A new object with what the server sets. Throws an ApiError of 400 or 422 for a bad name. */
export function prepareNew(object: Fields, { kind, namespace, now }: Creation): StoredObject {
  const given = isMap(object.metadata) ? object.metadata : {};
  const { generateName, resourceVersion: _, ...meta } = given;
  const name = typeof given.name === 'string' && given.name !== '' ? given.name : generated(generateName);
  checkName(kind, name);
  return {
    ...object,
    apiVersion: String(object.apiVersion),
    kind: kind.kind,
    metadata: {
      ...meta,
      ...(generateName === undefined ? {} : { generateName }),
      name,
      ...(kind.namespaced ? { namespace: namespace ?? 'default' } : {}),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: seconds(now),
      ...(hasGeneration(kind, object) ? { generation: 1 } : {}),
    },
  };
}

/** As the API writes times: whole seconds. Pure. */
export function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** A changed object with what the server keeps; another spec is another generation. Pure. */
export function prepareChanged(before: StoredObject, after: Fields): StoredObject {
  const given = isMap(after.metadata) ? after.metadata : {};
  const {
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  } = before.metadata;
  const isOther = !isDeepStrictEqual(specOf(before), specOf(after));
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...meta } = given;
  return {
    ...after,
    apiVersion: String(after.apiVersion ?? before.apiVersion),
    kind: before.kind,
    metadata: {
      ...meta,
      ...{ name, uid, creationTimestamp, resourceVersion: before.metadata.resourceVersion },
      ...(namespace === undefined ? {} : { namespace }),
      ...(generation === undefined ? {} : { generation: isOther ? generation + 1 : generation }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    },
  };
}

/** What is neither status nor metadata; a pod stays what it was when a node takes it. */
function specOf({ metadata: _, status: __, ...fields }: Fields): Fields {
  if (fields.kind !== 'Pod' || !isMap(fields.spec)) return fields;
  const { nodeName: ___, ...spec } = fields.spec;
  return { ...fields, spec };
}

/** Kinds of the core group that count the changes of their spec; the others there do not. */
const COUNTED: ReadonlySet<string> = new Set(['Pod', 'ReplicationController']);

const hasGeneration = ({ group, kind }: Kind, object: Fields): boolean =>
  'spec' in object && (group !== '' || COUNTED.has(kind));

/** Five characters that make no words (k8s.io/apimachinery/pkg/util/rand). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Pure but for chance. */
function randomSuffix(length = 5): string {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** So that the whole still is a DNS label (k8s.io/apiserver/pkg/storage/names). */
const LONGEST_PREFIX = 58;

function generated(prefix: unknown): string {
  if (typeof prefix !== 'string' || prefix === '') return '';
  return `${prefix.slice(0, LONGEST_PREFIX)}${randomSuffix()}`;
}

function checkName(kind: Kind, name: string): void {
  if (name === '') {
    const cause = { field: 'metadata.name', message: 'Required value: name or generateName is required' };
    throw refuse.invalid(kind, '', [{ ...cause, reason: 'FieldValueRequired' }]);
  }
  // RBAC names are free but for what would break a path.
  const isFree = kind.group === 'rbac.authorization.k8s.io';
  if (isFree ? !/[/%]/.test(name) && name !== '.' && name !== '..' : NAME.test(name) && name.length <= 253)
    return;
  const message = `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
  throw refuse.invalid(kind, name, [{ field: 'metadata.name', message }]);
}

/** Refuses a body that is of another object than its path. */
export function checkBody(
  object: Fields,
  {
    kind,
    apiVersion,
    namespace,
    name,
  }: { kind: Kind; apiVersion: string; namespace?: string; name?: string },
): void {
  if (object.kind !== undefined && object.kind !== kind.kind)
    throw refuse.badRequest(
      `the object provided is unrecognized: it is a ${object.kind}, not a ${kind.kind}`,
    );
  if (object.apiVersion !== undefined && object.apiVersion !== apiVersion) {
    const message = `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`;
    throw refuse.badRequest(message);
  }
  const meta = isMap(object.metadata) ? object.metadata : {};
  if (namespace !== undefined && meta.namespace !== undefined && meta.namespace !== namespace) {
    const message = `the namespace of the provided object does not match the namespace sent on the request`;
    throw refuse.badRequest(message);
  }
  if (name !== undefined && meta.name !== undefined && meta.name !== name) {
    const message = `the name of the object (${meta.name}) does not match the name on the URL (${name})`;
    throw new ApiError(400, 'BadRequest', message);
  }
}
