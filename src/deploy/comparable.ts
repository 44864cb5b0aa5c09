import type { KubeObject } from '../kube/kube-object.ts';
import { isMap } from './manifest.ts';

/** What the apiserver and its controllers write, which no manifest is about. */
const BOOKKEEPING = [
  'managedFields',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as a diff shows it: without bookkeeping and status. Pure. */
export function comparable({ status: _, metadata, ...rest }: KubeObject): Readonly<Record<string, unknown>> {
  const { apiVersion, kind, ...body } = rest;
  const kept = Object.fromEntries(
    Object.entries(metadata ?? {}).filter(([key]) => !BOOKKEEPING.includes(key)),
  );
  if (isMap(kept.annotations)) {
    const annotations = Object.entries(kept.annotations).filter(([key]) => key !== LAST_APPLIED);
    kept.annotations = annotations.length > 0 ? Object.fromEntries(annotations) : undefined;
  }
  return { apiVersion, kind, metadata: kept, ...body };
}

/** Both sides of a diff of a Secret with every value hidden; what differs still differs. Pure. */
export function maskSecrets<T extends Readonly<Record<string, unknown>>>(
  before: T | undefined,
  after: T,
): [T | undefined, T] {
  if (after.kind !== 'Secret' || after.apiVersion !== 'v1') return [before, after];
  const mask = (side: T, other: T | undefined, mark: string): T => {
    const masked: Record<string, unknown> = { ...side };
    for (const field of ['data', 'stringData']) {
      const values = side[field];
      if (!isMap(values)) continue;
      const others = isMap(other?.[field]) ? other[field] : {};
      masked[field] = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          key in others && others[key] !== value ? `*** (${mark})` : '***',
        ]),
      );
    }
    return masked as T;
  };
  return [before && mask(before, after, 'before'), mask(after, before, 'after')];
}
