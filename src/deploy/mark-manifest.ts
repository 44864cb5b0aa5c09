import type { KubeObject } from '../kube/kube-object.ts';
import type { AdoptionNote } from './adopt-resource.ts';
import { ADOPTED_ANNOTATION, MANAGED_BY, REPLICAS_ANNOTATION } from './labels.ts';
import { isMap, type Manifest, updateAt, valueAt } from './manifest.ts';

export interface Marks {
  /** as the object is in the cluster */
  readonly live?: KubeObject | undefined;
  /** for objects that others made */
  readonly note?: AdoptionNote | undefined;
  /** further labels of the object */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * A manifest as it is sent: with what rockpool remembers on the object itself. What others made keeps the
 * `app.kubernetes.io/managed-by` that it has, since helm looks at it. Pure.
 */
export function markManifest(manifest: Manifest, { live, note, labels = {} }: Marks): Manifest {
  const replicas = valueAt(manifest, ['spec', 'replicas']);
  const annotations = {
    ...(typeof replicas === 'number' ? { [REPLICAS_ANNOTATION]: String(replicas) } : {}),
    ...(note ? { [ADOPTED_ANNOTATION]: noteText(note, live) } : {}),
  };
  const labelled = withEntries(manifest, 'labels', labels);
  const marked = withEntries(labelled, 'annotations', annotations);
  return note ? withoutManagedBy(marked) : marked;
}

/** A note that is there already stays as it is, letter by letter. */
function noteText(note: AdoptionNote, live: KubeObject | undefined): string {
  return live?.metadata?.annotations?.[ADOPTED_ANNOTATION] ?? JSON.stringify(note);
}

function withEntries(
  manifest: Manifest,
  field: 'labels' | 'annotations',
  entries: Readonly<Record<string, string>>,
): Manifest {
  if (Object.keys(entries).length === 0) return manifest;
  return updateAt(manifest, ['metadata', field], (known) => ({ ...(isMap(known) ? known : {}), ...entries }));
}

function withoutManagedBy(manifest: Manifest): Manifest {
  return updateAt(manifest, ['metadata', 'labels'], (labels) => {
    const entries = Object.entries(isMap(labels) ? labels : {});
    return Object.fromEntries(entries.filter(([name, value]) => MANAGED_BY[name as never] !== value));
  });
}
