import { RockpoolError } from '../session/failure.ts';

/** The namespace is not gone yet. */
export function terminating(namespace: string): RockpoolError {
  return new RockpoolError({
    code: 'NAMESPACE_TERMINATING',
    subject: `Namespace//${namespace}`,
    message: `the namespace ${namespace} is being deleted`,
    hint: 'wait until it is gone, and save again',
    command: `kubectl wait --for=delete namespace/${namespace}`,
  });
}
