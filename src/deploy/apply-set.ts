import { createHash } from 'node:crypto';
import { groupOf, type Manifest } from './manifest.ts';

/** Names of KEP-3659, by which other tools can read and prune the set too. */
export const APPLY_SET = {
  id: 'applyset.kubernetes.io/id',
  tooling: 'applyset.kubernetes.io/tooling',
  kinds: 'applyset.kubernetes.io/contains-group-kinds',
  namespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const;

/** Which kinds and namespaces may hold members of a set. Sorted, each once. */
export interface SetScope {
  /** `Deployment.apps`, `Service` */
  readonly kinds: readonly string[];
  /** beside the parent's own */
  readonly namespaces: readonly string[];
}

/** Name of the ConfigMap that is the parent of a project's set. Pure. */
export const parentName = (app: string): string => `rockpool-${app}`;

/** The set's id, which its members carry as a label: as the KEP has it for a ConfigMap. Pure. */
export function setId(app: string, namespace: string): string {
  const parent = `${parentName(app)}.${namespace}.ConfigMap.`;
  return `applyset-${createHash('sha256').update(parent).digest('base64url')}-v1`;
}

/** What a set has to say of its members. Pure. */
export function scopeOf(manifests: readonly Manifest[], parentNamespace: string): SetScope {
  const namespaces = manifests.flatMap(({ metadata }) => metadata.namespace ?? []);
  return {
    kinds: sorted(manifests.map(groupKind)),
    namespaces: sorted(namespaces.filter((namespace) => namespace !== parentNamespace)),
  };
}

/** Everything that is in one of two scopes. Pure. */
export function joined(one: SetScope, other: SetScope): SetScope {
  return {
    kinds: sorted([...one.kinds, ...other.kinds]),
    namespaces: sorted([...one.namespaces, ...other.namespaces]),
  };
}

export function isSameScope(one: SetScope, other: SetScope): boolean {
  return one.kinds.join() === other.kinds.join() && one.namespaces.join() === other.namespaces.join();
}

/** The scope that the annotations of a parent tell. Pure. */
export function readScope(annotations: Readonly<Record<string, string>> = {}): SetScope {
  const list = (text = '') => sorted(text.split(',').filter((part) => part !== ''));
  return { kinds: list(annotations[APPLY_SET.kinds]), namespaces: list(annotations[APPLY_SET.namespaces]) };
}

/** `Deployment.apps` in its two halves. Pure. */
export function parseGroupKind(text: string): { readonly group: string; readonly kind: string } {
  const dot = text.indexOf('.');
  return dot === -1 ? { group: '', kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}

function groupKind({ apiVersion, kind }: Manifest): string {
  const group = groupOf(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
}

const sorted = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
