import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kube/kube-object.ts';
import { RockpoolError } from '../session/failure.ts';
import { describeResource, groupOf, isMap, type Manifest, resourceKey, valueAt } from './manifest.ts';

/** ms that the apiserver gets to serve the kind of a CRD */
const PATIENCE = 30_000;
/** ms between two looks */
const AGAIN = 50;

/** Pure. */
export function isCrd({ apiVersion, kind }: Manifest): boolean {
  return kind === 'CustomResourceDefinition' && groupOf(apiVersion) === 'apiextensions.k8s.io';
}

/**
 * Resolves when the apiserver serves the kind of a CRD, so that its objects can be applied, or the CRD has gone. Rejects with a
 * RockpoolError CRD_NOT_SERVED that says why not, and as `read` does.
 */
export async function untilEstablished(
  manifest: Manifest,
  read: () => Promise<KubeObject | undefined>,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; ; waited += AGAIN) {
    const crd = await read();
    if (!crd || isTrue(crd, 'Established')) return;
    if (waited >= PATIENCE) throw notServed(manifest, crd);
    await sleep(AGAIN, undefined, { signal });
  }
}

function notServed(manifest: Manifest, crd: KubeObject | undefined): RockpoolError {
  const why = conditions(crd)
    .filter(({ status, message }) => status === 'False' && message)
    .map(({ message }) => message);
  return new RockpoolError({
    code: 'CRD_NOT_SERVED',
    subject: resourceKey(manifest),
    message: `${describeResource(manifest)} is not served after ${PATIENCE / 1000} s${why.length > 0 ? `: ${why.join('; ')}` : ''}`,
    hint: 'see the conditions of the definition; it is tried again with the next save',
    command: `kubectl describe crd ${manifest.metadata.name}`,
  });
}

function isTrue(crd: KubeObject | undefined, type: string): boolean {
  return conditions(crd).some((condition) => condition.type === type && condition.status === 'True');
}

function conditions(crd: KubeObject | undefined): readonly Readonly<Record<string, unknown>>[] {
  const list = valueAt(crd, ['status', 'conditions']);
  return Array.isArray(list) ? list.filter(isMap) : [];
}
