import type { Node, Pod } from '../objects.ts';
import type { Obstacle } from './obstacle.ts';
import { quantity } from './quantity.ts';

/** What a node has too little of for one more pod. Pure. @param here the pods that run on it */
export function roomOn({ status }: Node, pod: Pod, here: readonly Pod[]): readonly Obstacle[] {
  const most = quantity(status?.allocatable?.pods ?? '') ?? Number.POSITIVE_INFINITY;
  const short = ['cpu', 'memory'].flatMap((resource) => {
    const has = quantity(status?.allocatable?.[resource] ?? '');
    const asked = requested(pod, resource);
    const taken = here.reduce((sum, other) => sum + requested(other, resource), 0);
    if (has === undefined || asked === 0 || taken + asked <= has) return [];
    return [{ reason: `Insufficient ${resource}`, isOfOthers: asked <= has }];
  });
  return here.length >= most ? [{ reason: 'Too many pods', isOfOthers: true }, ...short] : short;
}

/** All of its containers together, or the largest of those that run before them. */
function requested({ spec }: Pod, resource: string): number {
  const of = ({ resources }: NonNullable<Pod['spec']>['containers'][number]): number =>
    quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? 0) ?? 0;
  const before = (spec?.initContainers ?? []).map(of);
  const together = (spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  return Math.max(together, ...before);
}
