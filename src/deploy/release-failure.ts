import type { KubeError } from '../kube/kube-client.ts';
import type { Failure } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { APP_LABEL } from './labels.ts';
import { describeResource, type Manifest } from './manifest.ts';

/** An adopted object that the apiserver does not let be as it was. */
export class ReleaseError extends Error {
  constructor(cause: KubeError) {
    super(cause.status.message, { cause });
  }
}

/** Why an adopted object is not given back, and how one gets on. Pure. */
export function releaseFailure(error: ReleaseError, subject: ResourceKey, manifest: Manifest): Failure {
  const { name, namespace } = manifest.metadata;
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return {
    code: 'DELETE_FAILED',
    subject,
    message: `${describeResource(manifest)} is not given back as it was: ${error.message}`,
    hint: `it is left as it is now, and the next \`rockpool down\` tries again; the command below leaves it like that for good, \`rockpool down --adopted\` deletes it`,
    command: `kubectl label ${manifest.kind.toLowerCase()} ${name}${where} ${APP_LABEL}-`,
  };
}
