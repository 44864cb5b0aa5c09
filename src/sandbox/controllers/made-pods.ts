import { ApiError } from '../api/api-error.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import type { Tools } from './controller.ts';
import { PODS, type Pod, type PodTemplate } from './objects.ts';
import { controllerReference } from './owners.ts';

/** A pod as a template has it, managed by an owner and named after it. Pure. */
export function podFrom(
  template: PodTemplate | undefined,
  owner: StoredObject,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly name?: string } = {},
): object {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const name = more.name === undefined ? { generateName: `${owner.metadata.name}-` } : { name: more.name };
  return {
    metadata: {
      ...name,
      labels: { ...labels, ...more.labels },
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template?.spec,
  };
}

/** Makes a pod and tells so; tells why, and throws, when the API refuses it. */
export function makePod({ objects, record }: Tools, owner: StoredObject, pod: object): Pod {
  try {
    const made = objects.create<Pod>(PODS, owner.metadata.namespace ?? '', pod);
    record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
    return made;
  } catch (error) {
    if (error instanceof ApiError)
      record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw error;
  }
}

/** Deletes a pod and tells so. */
export function unmakePod({ objects, record }: Tools, owner: StoredObject, pod: Pod): void {
  objects.delete(PODS, pod);
  record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}
