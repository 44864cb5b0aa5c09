import { describe, expect, it } from 'vitest';
import { parseMinikubeProfiles } from '../../../src/cluster/parse-minikube-profiles.ts';

describe('parseMinikubeProfiles', () => {
  it('reads name, runtime and number of nodes', () => {
    const stdout =
      '{"invalid":[],"valid":[{"Name":"minikube","Status":"Stopped","Config":{"Driver":"docker","KubernetesConfig":{"ContainerRuntime":"docker"},"Nodes":[{"Name":"","IP":"192.168.49.2"}]},"Active":true}]}';
    expect(parseMinikubeProfiles(stdout)).toEqual([{ name: 'minikube', runtime: 'docker', nodes: 1 }]);
  });

  it.each([
    ['no profile', '{"invalid":[],"valid":[]}'],
    ['no JSON', 'false exit code 14'],
    ['another shape', '{"valid":{}}'],
    ['null', 'null'],
    ['entries of another shape', '{"valid":[null,1,{"Name":3}]}'],
  ])('finds none in %s', (_, stdout) => {
    expect(parseMinikubeProfiles(stdout)).toEqual([]);
  });

  it('keeps a profile whose details are missing', () => {
    expect(
      parseMinikubeProfiles('{"valid":[{"Name":"a"},{"Name":"b","Config":null}]}').map(({ name }) => name),
    ).toEqual(['a', 'b']);
  });
});
