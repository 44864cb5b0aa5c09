import type { DockerEnv } from './parse-docker-env.ts';

/**
 * An environment in which docker, kind, k3d and minikube work with one daemon and no other: the one that images are
 * built into, whatever docker context or DOCKER_HOST is current. Pure.
 */
export function withDocker(
  env: Readonly<NodeJS.ProcessEnv>,
  { host, certPath, tlsVerify }: DockerEnv,
): Record<string, string | undefined> {
  return {
    ...env,
    DOCKER_HOST: host,
    DOCKER_TLS_VERIFY: tlsVerify ? '1' : undefined,
    DOCKER_CERT_PATH: tlsVerify ? certPath : undefined,
    DOCKER_CONTEXT: undefined,
    MINIKUBE_ACTIVE_DOCKERD: undefined,
  };
}
