import type { ResourceName } from '../kube/resources.ts';
import type { Manifest } from './manifest.ts';

/** Name and namespace of what a manifest describes. Pure. */
export function placeOf({ metadata: { name, namespace } }: Pick<Manifest, 'metadata'>): ResourceName {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}
