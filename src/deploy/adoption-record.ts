import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { builtinKinds } from '../kube/builtin-kinds.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { type ResourceType, resourcePath } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { applyManifest } from '../kube/server-side-apply.ts';
import { APP_LABEL, MANAGED_BY } from './labels.ts';
import { isMap } from './manifest.ts';

/** Which record, and how it is reached. */
export interface RecordPlace {
  readonly client: Pick<KubeClient, 'request'>;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/**
 * How adopted objects were before, by uid, in one Secret per project and namespace: Secrets may be among them. What
 * does not fit is refused by the apiserver (1 MiB in all, compressed).
 */
export const recordName = (app: string): string => `rockpool-${app}-adopted`;

/** Keeps an object as it is, before the first change of it. Rejects as KubeClient.request does. */
export async function keepOriginal(object: KubeObject, place: RecordPlace): Promise<void> {
  const { client, app, namespace, signal } = place;
  const uid = uidOf(object);
  const { status: _, ...original } = object;
  const packed = await promisify(gzip)(JSON.stringify(original));
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: recordName(app), namespace, labels: { ...MANAGED_BY, [APP_LABEL]: app } },
    data: { [uid]: packed.toString('base64') },
  };
  // A manager for each object: none takes out what another put in, and nobody reads before it writes.
  const options = { fieldManager: `rockpool-${uid}`, fieldValidation: 'Strict', force: true } as const;
  await applyManifest(client, secrets(), manifest, { ...options, before: null, signal });
}

/** An adopted object as it was; undefined when the record is gone. Rejects as KubeClient.request does. */
export async function readOriginal(uid: string, place: RecordPlace): Promise<KubeObject | undefined> {
  const packed = (await readRecord(place))?.[uid];
  if (packed === undefined) return undefined;
  const text = await promisify(gunzip)(Buffer.from(packed, 'base64'));
  return JSON.parse(text.toString('utf8')) as KubeObject;
}

/** Forgets an object that was given back, and the record with the last of them. */
export async function dropOriginal(uid: string, place: RecordPlace): Promise<void> {
  const { client, app, namespace, signal } = place;
  if ((await readRecord(place))?.[uid] === undefined) return;
  const where = { name: recordName(app), namespace };
  const { body } = await client.request<KubeObject>({
    method: 'PATCH',
    path: resourcePath(secrets(), where),
    body: { data: { [uid]: null } },
    contentType: 'application/merge-patch+json',
    signal,
  });
  if (!isMap(body.data) || Object.keys(body.data).length === 0) {
    await deleteResource(client, secrets(), where, { signal });
  }
}

/** Forgets all of them. Rejects as KubeClient.request does. */
export async function dropRecord({ client, app, namespace, signal }: RecordPlace): Promise<void> {
  await deleteResource(client, secrets(), { name: recordName(app), namespace }, { signal });
}

async function readRecord({ client, app, namespace, signal }: RecordPlace) {
  const found = await getResource(client, secrets(), { name: recordName(app), namespace }, signal);
  return found?.data as Readonly<Record<string, string>> | undefined;
}

function secrets(): ResourceType {
  const type = builtinKinds.find(({ kind, group }) => kind === 'Secret' && group === '');
  if (!type) throw new Error('Secret is no built-in kind');
  return type;
}

function uidOf({ metadata }: KubeObject): string {
  if (metadata?.uid === undefined) throw new Error('an object without a uid cannot be kept');
  return metadata.uid;
}
