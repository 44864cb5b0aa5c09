import { isDeepStrictEqual } from 'node:util';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { type ResourceType, resourcePath } from '../kube/kube-path.ts';
import { getResource, type ResourceName } from '../kube/resources.ts';
import { dropOriginal, readOriginal } from './adoption-record.ts';
import { asItWas, type Staying } from './as-it-was.ts';
import { isRockpool } from './field-managers.ts';
import { PART_OF_LABEL } from './labels.ts';
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts';
import { ownerOf, toolsOf } from './ownership.ts';
import { ReleaseError } from './release-failure.ts';
import { asBeforeStop } from './stopped-record.ts';

export interface ReleaseOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project */
  readonly app: string;
  /** the session's, which has the record of how adopted objects were */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

export interface Adopted extends ResourceName {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * released: as it was before; unrecorded: its values stay as they are now, since the record is gone; absent; foreign:
 * not one that the project took over, and not touched.
 */
export type ReleaseOutcome = 'released' | 'unrecorded' | 'absent' | 'foreign';

/** A write between a look and a change is looked at anew, this often. */
const TRIES = 5;
/** Whose the values are that are put back; nobody has it for long. */
const RELEASE_MANAGER = 'rockpool-release';
/** Of what others changed meanwhile as much stays as the apiserver takes. */
const STAYING: readonly Staying[] = ['everybody', 'controllers', 'nobody'];

/**
 * Gives an adopted object back to those who made it: what the project applied is as it was at adoption, what has gone
 * since is there again, its labels, annotations and fields' managers are off it. Everything else stays as it is now.
 * Safe to be done again after an end in the middle. Rejects with a ReleaseError when the
 * apiserver refuses that, else as KubeClient.request and Discovery.find do.
 */
export async function releaseAdopted(target: Adopted, options: ReleaseOptions): Promise<ReleaseOutcome> {
  const { client, discovery, app, signal } = options;
  const type = await discovery.find(target.apiVersion, target.kind, { signal });
  const { name, namespace } = target;
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  for (let tried = 1; ; tried++) {
    const live = await getResource(client, type, place, signal);
    if (!live) return 'absent';
    if (ownerOf(live, app).kind !== 'adopted') return 'foreign';
    try {
      return await release(live, type, place, options);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (tried >= TRIES || error.status.code !== 409) throw new ReleaseError(error);
    }
  }
}

async function release(
  live: KubeObject,
  type: ResourceType,
  place: ResourceName,
  options: ReleaseOptions,
): Promise<ReleaseOutcome> {
  const uid = live.metadata?.uid ?? '';
  const original = await readOriginal(uid, options);
  const restored = await writeValues(live, original, type, place, options);
  await takeMarksOff(restored, original, type, place, options);
  await dropOriginal(uid, options);
  return original ? 'released' : 'unrecorded';
}

/**
 * Its labels and annotations go last, so that what ends in the middle can be done again. What others changed within
 * what the project had added may make no sense without it: then it goes as well.
 */
async function writeValues(
  live: KubeObject,
  original: KubeObject | undefined,
  type: ResourceType,
  place: ResourceName,
  options: ReleaseOptions,
): Promise<KubeObject> {
  const now = asBeforeStop({ ...live, kind: type.kind }, RELEASE_MANAGER);
  if (!original) return writeWhole(now, live, type, place, options);
  let refusal: unknown;
  for (const staying of STAYING) {
    try {
      return await writeWhole(marked(asItWas(now, original, staying), live), live, type, place, options);
    } catch (error) {
      if (!(error instanceof KubeError) || error.status.code !== 422) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

async function writeWhole(
  restored: KubeObject,
  live: KubeObject,
  type: ResourceType,
  place: ResourceName,
  { client, signal }: ReleaseOptions,
): Promise<KubeObject> {
  // A field that is there as undefined is not sent, and no difference.
  if (isDeepStrictEqual(sent(restored), sent(live))) return live;
  const { body } = await client.request<KubeObject>({
    method: 'PUT',
    path: resourcePath(type, place),
    query: { fieldManager: RELEASE_MANAGER },
    body: restored,
    signal,
  });
  return body;
}

/** The object with the marks that it has now. Pure. */
function marked(object: KubeObject, live: KubeObject): KubeObject {
  const { labels, annotations, ...metadata } = object.metadata ?? {};
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, ...marksOf(live.metadata?.labels) },
      annotations: { ...annotations, ...marksOf(live.metadata?.annotations) },
    },
  };
}

async function takeMarksOff(
  object: KubeObject,
  original: KubeObject | undefined,
  type: ResourceType,
  place: ResourceName,
  { client, signal }: ReleaseOptions,
): Promise<void> {
  const { labels, annotations, resourceVersion } = object.metadata ?? {};
  const managers = formerManagers(object, original);
  // An empty list would leave the entries as they are, one empty entry takes them all off.
  const whose = managers.length > 0 ? managers : [{}];
  await client.request({
    method: 'PATCH',
    path: resourcePath(type, place),
    query: { fieldManager: RELEASE_MANAGER },
    body: [
      { op: 'replace', path: '/metadata/managedFields', value: whose },
      { op: 'add', path: '/metadata/labels', value: withoutMarks(labels) },
      { op: 'add', path: '/metadata/annotations', value: withoutMarks(annotations) },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    ],
    contentType: 'application/json-patch+json',
    signal,
  });
}

/** Tools have what they had, everybody else what they have now, and rockpool nothing. Pure. */
function formerManagers(object: KubeObject, original: KubeObject | undefined): readonly ManagedFields[] {
  const former = original ? toolsOf(original) : [];
  const key = ({ manager, operation, apiVersion, subresource }: ManagedFields) =>
    [manager, operation, apiVersion, subresource].join(' ');
  const known = new Set(former.map(key));
  const everybody = managedFieldsOf(asBeforeStop(object, RELEASE_MANAGER));
  const now = everybody.filter((entry) => !isRockpool(entry.manager) && !known.has(key(entry)));
  return [...former, ...now];
}

const sent = (object: KubeObject): unknown => JSON.parse(JSON.stringify(object));

type Entries = Readonly<Record<string, string>> | undefined;

const isMark = (name: string): boolean => name.startsWith('rockpool.dev/') || name === PART_OF_LABEL;
const marksOf = (entries: Entries) => pick(entries, isMark);
const withoutMarks = (entries: Entries) => pick(entries, (name) => !isMark(name));

function pick(entries: Entries, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => wanted(name)));
}
