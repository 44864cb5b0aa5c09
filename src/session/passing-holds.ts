import type { Hold } from './effect.ts';
import { mayPass } from './failure.ts';
import type { ImageState, SessionState } from './state.ts';

/** What the next deploy waits for while the apiserver is lost; undefined when nothing is to be deployed. Pure. */
export function clusterHold({ cluster, deploy }: SessionState): Hold | undefined {
  const { lost } = cluster;
  if (!lost) return undefined;
  const isBroken = deploy.failedGeneration === deploy.generation;
  if (deploy.generation <= deploy.done || (isBroken && !deploy.failures.some(mayPass))) return undefined;
  return {
    type: 'cluster',
    what: 'manifests',
    reason: `waiting for the apiserver${addressIn(lost.message)}`,
  };
}

/** What an image waits for whose build found no Docker daemon. Pure. */
export function dockerHold({ name, generation, failed }: ImageState): Hold | undefined {
  if (failed?.generation !== generation || failed.failure.code !== 'DOCKER_UNREACHABLE') return undefined;
  const where = addressIn(failed.failure.message);
  return {
    type: 'docker',
    what: name,
    reason: `waiting for the Docker daemon${where}; tried again every 3 s`,
  };
}

/** As the failures of what does not answer write it. */
function addressIn(message: string): string {
  const address = / at (\S+) (?:does not answer|answers with)/.exec(message)?.[1];
  return address === undefined ? '' : ` at ${address}`;
}
