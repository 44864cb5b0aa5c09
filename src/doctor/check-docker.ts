import type { DockerAddress } from '../build/docker-daemon.ts';
import { readDaemonVersion } from '../build/dockerode-version.ts';
import { type Finding, fail, ok } from './finding.ts';

/** The oldest API that speaks BuildKit as builds here do: Docker 20.10. */
const OLDEST_API = 1.41;

/**
 * Whether the daemon that images are built into answers, and which it is. Rejects with a RockpoolError.
 * @param address undefined: images are built without one
 */
export async function checkDocker(address: DockerAddress | undefined, signal: AbortSignal): Promise<Finding> {
  if (!address) return ok('docker', 'no Docker Engine is used');
  const { version, apiVersion, platform } = await readDaemonVersion(address, signal);
  const found = `Docker Engine ${version} (API ${apiVersion}, ${platform})`;
  return Number(apiVersion) < OLDEST_API
    ? fail('docker', found, { hint: 'rockpool needs Docker 20.10 or later.' })
    : ok('docker', found);
}
