import type { ResourceKey } from './observed.ts';

/** The parts of `Kind/namespace/name`. */
export interface ResourceParts {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Takes a resource key apart. Pure. */
export function resourceParts(key: ResourceKey): ResourceParts {
  const [kind = '', namespace = '', ...name] = key.split('/');
  return { kind, namespace, name: name.join('/') };
}
