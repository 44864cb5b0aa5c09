import type { KubeObject } from '../kube/kube-object.ts';
import { isRockpool, isTool, managerInWords } from './field-managers.ts';
import { ADOPTED_ANNOTATION, APP_LABEL } from './labels.ts';
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts';

/**
 * Whose an object is. `adopted`: the project's now, and made by others; `app`: another rockpool project's; `others`:
 * made by others, `maker` says by whom in words.
 */
export type Owner =
  | { readonly kind: 'nobody' | 'project' | 'adopted' }
  | { readonly kind: 'app'; readonly maker: string }
  | { readonly kind: 'others'; readonly maker: string };

/** Pure. @param object as it is in the cluster; undefined when it is not there @param app name of the project */
export function ownerOf(object: KubeObject | undefined, app: string): Owner {
  if (!object) return { kind: 'nobody' };
  const { labels, annotations } = object.metadata ?? {};
  const label = labels?.[APP_LABEL];
  if (label === app) return { kind: annotations?.[ADOPTED_ANNOTATION] === undefined ? 'project' : 'adopted' };
  if (label !== undefined) return { kind: 'app', maker: `the rockpool project ${label}` };
  return { kind: 'others', maker: makerOf(object) };
}

/** Managers of people and their tools that have fields of an object, oldest first. Pure. */
export function toolsOf(object: KubeObject): readonly ManagedFields[] {
  return managedFieldsOf(object).filter(({ manager }) => isTool(manager) && !isRockpool(manager));
}

/** Tools leave marks of their own; what they apply with kubectl is theirs all the same. */
function makerOf(object: KubeObject): string {
  const { labels = {}, annotations = {} } = object.metadata ?? {};
  const release = annotations['meta.helm.sh/release-name'];
  if (release !== undefined) return `helm release ${release}`;
  if (labels['skaffold.dev/run-id'] !== undefined) return 'Skaffold';
  if (annotations['argocd.argoproj.io/tracking-id'] !== undefined) return 'Argo CD';
  if (labels['kustomize.toolkit.fluxcd.io/name'] !== undefined) return 'Flux';
  if (annotations['kubectl.kubernetes.io/last-applied-configuration'] !== undefined) return 'kubectl apply';
  const [first] = [...toolsOf(object), ...managedFieldsOf(object)];
  return first ? managerInWords(first.manager, first.subresource) : 'somebody';
}
