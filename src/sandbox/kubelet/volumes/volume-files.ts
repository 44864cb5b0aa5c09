import { type Capacity, containerResource, podField } from '../environment/pod-field.ts';
import type { ConfigMap, Pod, Secret, Volume } from '../objects.ts';

/** Why a volume cannot be made: what follows `MountVolume.SetUp failed for volume "x" : `. */
export class MountError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MountError';
  }
}

export interface VolumeFile {
  /** relative to the volume */
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
}

export interface VolumeSources {
  readonly pod: Pod;
  readonly capacity: Capacity;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/** The files of a volume that is made from objects; undefined for any other volume. Throws a MountError. Pure. */
export function volumeFiles(volume: Volume, sources: VolumeSources): readonly VolumeFile[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return ofConfigMap(configMap, sources);
  if (secret) return ofSecret({ ...secret, name: secret.secretName ?? '' }, sources);
  if (downwardAPI) return ofPod(downwardAPI, sources);
  return projected?.sources?.flatMap((source) => {
    const defaultMode = projected.defaultMode;
    const mode = defaultMode === undefined ? {} : { defaultMode };
    if (source.configMap) return ofConfigMap({ ...mode, ...source.configMap }, sources);
    if (source.secret) return ofSecret({ ...mode, ...source.secret }, sources);
    if (source.downwardAPI) return ofPod({ ...mode, ...source.downwardAPI }, sources);
    throw new MountError(`the sandbox does not project ${Object.keys(source).join(', ')}`);
  });
}

interface Projection {
  readonly name?: string;
  readonly optional?: boolean;
  readonly defaultMode?: number;
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
}

function ofConfigMap(projection: Projection, { configMap }: VolumeSources): VolumeFile[] {
  const { name = '', optional } = projection;
  const found = configMap(name);
  if (!found && optional !== true) throw new MountError(`configmap "${name}" not found`);
  const texts = Object.entries(found?.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const);
  return chosen(projection, new Map([...texts, ...decoded(found?.binaryData)]), 'configmap');
}

function ofSecret(projection: Projection, { secret }: VolumeSources): VolumeFile[] {
  const { name = '', optional } = projection;
  const found = secret(name);
  if (!found && optional !== true) throw new MountError(`secret "${name}" not found`);
  return chosen(projection, new Map(decoded(found?.data)), 'secret');
}

const decoded = (data: Readonly<Record<string, string>> = {}) =>
  Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const);

const MODE = 0o644;

function chosen(
  { items, defaultMode = MODE, optional }: Projection,
  data: ReadonlyMap<string, Buffer>,
  kind: string,
): VolumeFile[] {
  if (!items) return [...data].map(([path, bytes]) => ({ path, bytes, mode: defaultMode }));
  return items.flatMap(({ key, path, mode = defaultMode }) => {
    const bytes = data.get(key);
    if (bytes) return [{ path: checked(path), bytes, mode }];
    if (optional === true) return [];
    throw new MountError(`references non-existent ${kind} key: ${key}`);
  });
}

interface DownwardProjection {
  readonly defaultMode?: number;
  readonly items?: readonly {
    readonly path: string;
    readonly mode?: number;
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: {
      readonly resource: string;
      readonly divisor?: string;
      readonly containerName?: string;
    };
  }[];
}

function ofPod(
  { items = [], defaultMode = MODE }: DownwardProjection,
  { pod, capacity }: VolumeSources,
): VolumeFile[] {
  return items.map(({ path, mode = defaultMode, fieldRef, resourceFieldRef }) => {
    const container = pod.spec?.containers.find(({ name }) => name === resourceFieldRef?.containerName);
    const text = fieldRef
      ? podField(pod, fieldRef.fieldPath)
      : resourceFieldRef && container && containerResource(container, resourceFieldRef, capacity);
    if (text === undefined) throw new MountError(`the sandbox does not know what ${path} is to hold`);
    return { path: checked(path), bytes: Buffer.from(text), mode };
  });
}

/** A path leads nowhere but into the volume. */
function checked(path: string): string {
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw new MountError(`${path} must be a relative path without '..'`);
  return path;
}
