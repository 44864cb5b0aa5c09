import type { KubeStatus } from '../kube/kube-client.ts';
import { FIELD_MANAGER } from './labels.ts';

/** A field that an apply would change and that another manager set. */
export interface FieldConflict {
  readonly manager: string;
  /** `scale` or `status` when it was set through one */
  readonly subresource?: string;
  /** `spec.template.spec.containers[name="web"].image` */
  readonly field: string;
}

/**
 * Managers of people and their tools, as against controllers of the cluster. Tools that reconcile without being asked
 * (Argo CD, Flux) count as controllers: what was taken from them would be taken back.
 */
const TOOLS =
  /^(kubectl|kustomize|helm|skaffold|tilt|devspace|garden|okteto|k9s|lens|headlamp|terraform|pulumi|before-first-apply)/i;

/** `helm-controller` and `kustomize-controller` are Flux. */
const RECONCILERS = /controller|operator/i;

/** What a manager's fields are conflicted over, read from the causes of a 409. Pure. */
export function conflictsOf(causes: KubeStatus['causes']): readonly FieldConflict[] {
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => {
      const manager = /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'another manager';
      const subresource = /with subresource "([^"]+)"/.exec(message)?.[1];
      return {
        manager,
        field: field.replace(/^\./, ''),
        ...(subresource === undefined ? {} : { subresource }),
      };
    });
}

/** Whether a manager is a person with a tool. Pure. */
export function isTool(manager: string): boolean {
  return TOOLS.test(manager) && !RECONCILERS.test(manager);
}

/** Whether a manager is a part of rockpool. Pure. */
export function isRockpool(manager: string): boolean {
  return manager === FIELD_MANAGER || manager.startsWith(`${FIELD_MANAGER}-`);
}

/** What people call a manager: `kubectl edit`. Pure. */
export function managerInWords(manager: string, subresource?: string): string {
  if (manager === 'kubectl-client-side-apply' || manager === 'before-first-apply') return 'kubectl apply';
  if (manager === 'kubectl') return subresource === 'scale' ? 'kubectl scale' : 'kubectl apply';
  return manager.replace(/^(kubectl|rockpool)-/, '$1 ');
}
