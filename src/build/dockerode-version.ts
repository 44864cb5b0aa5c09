import type { DockerAddress } from './docker-daemon.ts';
import { dockerUnreachable } from './docker-unreachable.ts';
import { connect, dial } from './dockerode-connection.ts';

export interface DaemonVersion {
  readonly version: string;
  readonly apiVersion: string;
  /** linux/amd64 */
  readonly platform: string;
}

/** ms for an answer that takes the daemon no work */
const ANSWER_WAIT = 10_000;

/** Asks a Docker Engine which one it is. Rejects with a RockpoolError of code DOCKER_UNREACHABLE. */
export async function readDaemonVersion(address: DockerAddress, signal: AbortSignal): Promise<DaemonVersion> {
  const connection = await connect(address);
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT)]);
  try {
    const answer = await dial(connection.docker, { method: 'GET', path: '/version', abortSignal });
    const { Version, ApiVersion, Os, Arch } = answer as Record<string, string>;
    return { version: Version ?? '', apiVersion: ApiVersion ?? '', platform: `${Os}/${Arch}` };
  } catch (error) {
    signal.throwIfAborted();
    throw dockerUnreachable(address, error);
  } finally {
    connection.close();
  }
}
