import type { Failure } from '../session/failure.ts';
import type { MinikubeProfile } from './parse-minikube-profiles.ts';

/**
 * What a non-zero exit of `minikube docker-env` means for a profile with one node and the docker runtime, or one that
 * does not run, in words and with the way out.
 * @param profiles what `minikube profile list` said, empty when it said nothing
 * @param stderr shown as it is where the exit code is not one of those below
 */
export function explainDockerEnv(
  profile: string,
  exitCode: number | undefined,
  stderr: string,
  profiles: readonly MinikubeProfile[],
): Failure {
  switch (exitCode) {
    case EXIT.notRunning:
      return stopped(profile);
    case EXIT.noProfile:
      return noProfile(profile, profiles);
    case EXIT.driver:
      return noneDriver(profile);
    case EXIT.dockerUnavailable:
      return dockerdDown(profile, stderr);
    default:
      return failed(profile, exitCode, stderr);
  }
}

function stopped(profile: string): Failure {
  return {
    code: 'MINIKUBE_STOPPED',
    subject: subject(profile),
    message: `The minikube profile ${profile} is not running.`,
    hint: 'Start it; what was in it is kept.',
    command: `minikube start -p ${profile}`,
  };
}

function noProfile(profile: string, profiles: readonly MinikubeProfile[]): Failure {
  const names = profiles.map(({ name }) => name).join(', ');
  return {
    code: 'MINIKUBE_NO_PROFILE',
    subject: subject(profile),
    message: `minikube has no profile ${profile}. ${names ? `It has: ${names}.` : 'It has none at all.'}`,
    hint: names ? 'Choose the context of one of them with --context, or make the profile.' : 'Make it.',
    command: startDocker(profile),
  };
}

function noneDriver(profile: string): Failure {
  return {
    code: 'MINIKUBE_DRIVER',
    subject: subject(profile),
    message:
      `The minikube profile ${profile} uses the driver none: Kubernetes runs straight on this machine and minikube docker-env does not work. ` +
      'This driver is not in this version of rockpool.',
    hint: 'Use a profile with the docker driver.',
    command: `${startDocker(`${profile}-docker`)} --driver=docker`,
  };
}

function dockerdDown(profile: string, stderr: string): Failure {
  return {
    code: 'MINIKUBE_DOCKER_DOWN',
    subject: subject(profile),
    message: `The Docker Engine inside the minikube profile ${profile} is not running.`,
    hint: 'Starting the profile again starts it too.',
    command: `minikube start -p ${profile}`,
    ...output(stderr),
  };
}

function failed(profile: string, exitCode: number | undefined, stderr: string): Failure {
  return {
    code: 'MINIKUBE_FAILED',
    subject: subject(profile),
    message: `minikube docker-env ended with exit code ${exitCode ?? 'unknown'} and gave no Docker address.`,
    hint: 'Run the command by hand to see what minikube says.',
    command: `minikube docker-env -p ${profile}`,
    ...output(stderr),
  };
}

const subject = (profile: string) => `minikube/${profile}`;
const startDocker = (profile: string) => `minikube start -p ${profile} --container-runtime=docker`;

/** the last lines are those with the reason */
function output(stderr: string): { output?: string } {
  const lines = stderr.trim().split('\n').slice(-20).join('\n');
  return lines ? { output: lines } : {};
}

/** minikube's exit codes: pkg/minikube/reason/{exitcodes,reason}.go */
export const EXIT = {
  /** ExDriverConflict, ENV_DRIVER_CONFLICT */
  driver: 51,
  /** ExGuestConflict, ENV_MULTINODE_CONFLICT */
  severalNodes: 81,
  /** ExGuestNotRunning */
  notRunning: 83,
  /** ExGuestNotFound */
  noProfile: 85,
  /** ExRuntimeUnavailable, ENV_DOCKER_UNAVAILABLE */
  dockerUnavailable: 99,
} as const;
