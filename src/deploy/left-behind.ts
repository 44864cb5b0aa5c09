import type { ResourceKey } from '../session/observed.ts';
import type { DeployRequest } from '../session/ports.ts';

/**
 * Warnings of what this session applied and the manifests no longer have: it stays in the cluster. Once each, as a
 * session forgets with `manifests.rendered` what the manifests do not have. Pure.
 */
export function leftBehind(
  resources: readonly { readonly key: ResourceKey }[],
  applied: DeployRequest['applied'],
): readonly string[] {
  const present = new Set(resources.map(({ key }) => key));
  return Object.keys(applied)
    .filter((key) => !present.has(key))
    .sort()
    .map((key) => {
      const [kind = '', namespace, name] = key.split('/');
      const command = `kubectl delete ${kind.toLowerCase()} ${name}${namespace ? ` -n ${namespace}` : ''}`;
      return `${key} is no longer in the manifests; it stays in the cluster: ${command}`;
    });
}
