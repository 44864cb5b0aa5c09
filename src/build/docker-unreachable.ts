import { type Failure, RockpoolError } from '../session/failure.ts';
import type { DockerAddress } from './docker-daemon.ts';

/** A daemon that does not answer, as the failure of what was asked of it: it passes by itself. */
export function dockerUnreachable(address: DockerAddress, cause: unknown): RockpoolError {
  const where = whereOf(address);
  const { code, message } = cause as NodeJS.ErrnoException;
  const failure: Failure = {
    code: 'DOCKER_UNREACHABLE',
    subject: 'docker',
    message: `The Docker daemon at ${where} does not answer: ${message}.`,
    hint:
      code === 'EACCES'
        ? `Your user may not open ${where}: add it to the group that owns the socket (often docker) and log in again.`
        : 'See whether the cluster runs (minikube status) or, for a daemon on this machine, whether Docker does.',
  };
  return new RockpoolError(failure, { cause });
}

/** A daemon that went away in the midst of a build, by the words the build ended with. */
export function dockerLost(address: DockerAddress, cause: Error): RockpoolError {
  const failure: Failure = {
    code: 'DOCKER_UNREACHABLE',
    subject: 'docker',
    message: `The Docker daemon at ${whereOf(address)} does not answer any more: it broke off the build (${cause.message}).`,
    hint: 'The build is done again as soon as it answers.',
  };
  return new RockpoolError(failure, { cause });
}

function whereOf(address: DockerAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}
