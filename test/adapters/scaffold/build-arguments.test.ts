import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const web = {
  Dockerfile: 'FROM node:24-slim\nARG SHA\nCOPY . .\nCMD ["node", "web.js"]\n',
  'web.js': '',
  'k8s/web.yaml': workload('web', 'acme/web'),
};

const skaffold = `apiVersion: skaffold/v4beta13
kind: Config
build:
  artifacts:
    - image: acme/web
      docker:
        buildArgs:
          ENVIRONMENT: "{{.ENVIRONMENT}}"
          PLAIN: "1"
          SHA: "{{cmd \\"git\\" \\"rev-parse\\" \\"HEAD\\"}}"
manifests: { rawYaml: [k8s/*.yaml] }
`;

it('of build arguments that skaffold fills in, variables are carried over and the rest is told', async () => {
  const { config, said } = await proposed({ ...web, 'skaffold.yaml': skaffold });
  expect(config.images?.[0]?.args).toEqual({
    ENVIRONMENT: '{{ env.ENVIRONMENT | default: "" }}',
    PLAIN: '1',
  });
  expect(said).toContain('ENVIRONMENT is empty unless .env or the environment sets ENVIRONMENT');
  expect(said).toContain('skaffold.yaml computes the build argument SHA: {{cmd');
});

it('those that a Makefile computes are told with their line', async () => {
  const makefile =
    'build:\n\tdocker build -t acme/web --build-arg SHA=$(shell git rev-parse HEAD) --build-arg A=1 .\n';
  const { config, said } = await proposed({ ...web, Makefile: makefile });
  expect(config.images?.[0]?.args).toEqual({ A: '1' });
  expect(said).toContain('Makefile:2 computes the build argument SHA; give it in args');
});

it('those of a Tiltfile are carried over as far as they are texts', async () => {
  const tiltfile =
    "docker_build('acme/web', '.', build_args={'NODE_ENV': 'development', 'SHA': local('git rev-parse HEAD')})\nk8s_yaml('k8s/web.yaml')\n";
  const { config, said } = await proposed({ ...web, Tiltfile: tiltfile });
  expect(config.images?.[0]?.args).toEqual({ NODE_ENV: 'development' });
  expect(said).toContain('Tiltfile:1 computes the build argument SHA; give it in args');
});
