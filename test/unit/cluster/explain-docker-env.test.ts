import { describe, expect, it } from 'vitest';
import { explainDockerEnv } from '../../../src/cluster/explain-docker-env.ts';
import type { MinikubeProfile } from '../../../src/cluster/parse-minikube-profiles.ts';

const docker: MinikubeProfile = { name: 'work', runtime: 'docker', nodes: 1 };

describe('explainDockerEnv', () => {
  it.each<[string, number | undefined, MinikubeProfile[], string, string]>([
    ['stopped', 83, [docker], 'MINIKUBE_STOPPED', 'minikube start -p work'],
    ['stopped, the profile list unread', 83, [], 'MINIKUBE_STOPPED', 'minikube start -p work'],
    [
      'no such profile',
      85,
      [{ name: 'minikube' }],
      'MINIKUBE_NO_PROFILE',
      'minikube start -p work --container-runtime=docker',
    ],
    [
      'the driver none',
      51,
      [docker],
      'MINIKUBE_DRIVER',
      'minikube start -p work-docker --container-runtime=docker --driver=docker',
    ],
    ['dockerd down in the node', 99, [docker], 'MINIKUBE_DOCKER_DOWN', 'minikube start -p work'],
    [
      'an option that this minikube does not know',
      14,
      [docker],
      'MINIKUBE_FAILED',
      'minikube docker-env -p work',
    ],
    ['a signal', undefined, [docker], 'MINIKUBE_FAILED', 'minikube docker-env -p work'],
  ])('%s', (_, exitCode, profiles, code, command) => {
    expect(explainDockerEnv('work', exitCode, '', profiles)).toMatchObject({
      code,
      command,
      subject: 'minikube/work',
    });
  });

  it('names the profiles there are when the one asked for is not', () => {
    const profiles = [{ name: 'minikube' }, { name: 'other' }];
    expect(explainDockerEnv('work', 85, '', profiles).message).toContain('minikube, other');
  });

  it('shows the last lines of stderr where the exit code says little', () => {
    const stderr = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    const { output } = explainDockerEnv('work', 1, stderr, []);
    expect(output?.split('\n').at(-1)).toBe('line 99');
    expect(output?.split('\n').length).toBeLessThanOrEqual(20);
  });
});
