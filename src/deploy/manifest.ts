import type { ResourceKey } from '../session/observed.ts';

/** One Kubernetes object as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, unknown>>;
    readonly annotations?: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** `Kind/namespace/name`. The namespace is empty unless the manifest has one. Pure. */
export function resourceKey(manifest: Manifest): ResourceKey {
  const { kind, metadata } = manifest;
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** `apps` of `apps/v1`; empty for the core group. Pure. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** How people name a resource: `Deployment web`. Pure. */
export function describeResource({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

/** Pure. */
export function isNamespace({ kind, apiVersion }: Manifest): boolean {
  return kind === 'Namespace' && apiVersion === 'v1';
}

/** Whether a manifest is the CRD of a kind. Pure. */
export function definesKind(crd: Manifest, apiVersion: string, kind: string): boolean {
  if (crd.kind !== 'CustomResourceDefinition') return false;
  return (
    valueAt(crd, ['spec', 'group']) === groupOf(apiVersion) &&
    valueAt(crd, ['spec', 'names', 'kind']) === kind
  );
}

/** A map with one value exchanged, however deep; maps on the way are made where they are missing. Pure. */
export function updateAt<T>(target: T, path: readonly string[], update: (value: unknown) => unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return update(target) as T;
  const map: Readonly<Record<string, unknown>> = isMap(target) ? target : {};
  return { ...map, [key]: updateAt(map[key], rest, update) } as T;
}

/** The value at the path, or undefined. Pure. */
export function valueAt(target: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), target);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
