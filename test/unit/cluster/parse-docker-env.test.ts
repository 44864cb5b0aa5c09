import { describe, expect, it } from 'vitest';
import { parseDockerEnv, parseDockerEnvOutput } from '../../../src/cluster/parse-docker-env.ts';

describe('parseDockerEnvOutput', () => {
  it('reads what minikube prints for a running profile with the docker runtime', () => {
    const stdout =
      '{"DOCKER_CERT_PATH":"/home/ada/.minikube/certs","DOCKER_HOST":"tcp://192.168.49.2:2376","DOCKER_TLS_VERIFY":"1","MINIKUBE_ACTIVE_DOCKERD":"minikube","MINIKUBE_EXISTING_DOCKER_HOST":"unix:///run/other.sock","SSH_AGENT_PID":"","SSH_AUTH_SOCK":""}\n';
    expect(parseDockerEnvOutput(stdout)).toEqual({
      host: 'tcp://192.168.49.2:2376',
      certPath: '/home/ada/.minikube/certs',
      tlsVerify: true,
    });
  });

  it.each([
    'false exit code 83',
    '',
    'null',
    '[]',
    '"tcp://x"',
    '{"DOCKER_HOST":2376}',
    'export DOCKER_HOST="tcp://1.2.3.4:2376"',
  ])('finds no address in %j', (stdout) => {
    expect(parseDockerEnvOutput(stdout)).toBeUndefined();
  });
});

describe('parseDockerEnv', () => {
  it('takes an empty variable for one that is not set, as docker does', () => {
    expect(parseDockerEnv({ DOCKER_HOST: '' })).toBeUndefined();
    expect(parseDockerEnv({ DOCKER_HOST: 'tcp://h:1', DOCKER_TLS_VERIFY: '', DOCKER_CERT_PATH: '' })).toEqual(
      {
        host: 'tcp://h:1',
        tlsVerify: false,
      },
    );
  });
});
