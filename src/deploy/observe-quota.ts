import type { V1ResourceQuota } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { QuotaObserved } from '../session/observed.ts';

export type RawQuota = Wire<V1ResourceQuota>;

/** What a ResourceQuota allows. Pure. */
export function observeQuota({ metadata, spec }: RawQuota): QuotaObserved {
  const { namespace = '', name = '' } = metadata ?? {};
  return { namespace, name, hard: { ...spec?.hard } };
}
