import type { V1Service } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { ServiceObserved } from '../session/observed.ts';

export type RawService = Wire<V1Service>;

/** What a forward needs of a Service as the API has it; without a selector it cannot be forwarded to. Pure. */
export function observeService({ metadata, spec }: RawService): ServiceObserved {
  const selector = { ...spec?.selector };
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    ...(Object.keys(selector).length > 0 ? { selector } : {}),
    ports: (spec?.ports ?? []).map(({ name, port, targetPort }) => ({
      ...(name ? { name } : {}),
      port,
      targetPort: targetPort || port,
    })),
  };
}
