import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const web = {
  Dockerfile: 'FROM node:24-slim\nCOPY . .\nCMD ["node", "web.js"]\n',
  'web.js': '',
  'k8s/web.yaml': workload('web', 'acme/web', 80),
};
const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'chart/values.yaml': 'image: nginx\n',
  'chart/templates/web.yaml': workload('cache', '{{ .Values.image }}'),
};

it('what of a Tiltfile is not carried over is told with its line', async () => {
  const { config, said } = await proposed({
    ...web,
    ...chart,
    Tiltfile: `include('other/Tiltfile')
docker_build_with_restart('acme/web', '.', entrypoint='x')
k8s_yaml('k8s/web.yaml')
k8s_yaml([local('m4 x.yaml')])
helm_remote('redis')
k8s_yaml(helm('chart', namespace='dev', set=['image=redis:8', 'a.b=1']))
k8s_resource('web', port_forwards=[port_forward(9001, 80), port_forward(9010, 8081, name='debug')])
`,
  });
  for (const words of [
    'Tiltfile:1: include: what it includes is not read',
    'Tiltfile:2: docker_build_with_restart: sync and restart',
    'Tiltfile:4: k8s_yaml computes what it applies; rockpool takes files as they are',
    'Tiltfile:5: helm_remote: a chart from elsewhere',
    'Tiltfile:6: the namespace of the chart is not carried over',
  ])
    expect(said).toContain(words);
  expect(config.images?.map(({ name }) => name)).toEqual(['acme/web']);
  expect(config.manifests).toContainEqual({
    helm: { chart: 'chart', release: 'chart', set: { image: 'redis:8', 'a.b': 1 } },
  });
  expect(config.forwards).toEqual([
    { to: 'service/web', port: 80, local: 9001 },
    { to: 'deployment/web', port: 8081, local: 9010 },
  ]);
});

it('what of a skaffold.yaml is not carried over is told', async () => {
  const { said } = await proposed({
    ...web,
    ...chart,
    'skaffold.yaml': `apiVersion: skaffold/v4beta13
kind: Config
manifests:
  helm:
    releases:
      - { name: shop, chartPath: chart, namespace: dev, overrides: { a: 1 } }
      - { name: db, remoteChart: bitnami/redis }
`,
  });
  expect(said).toContain('skaffold.yaml: shop goes into the namespace dev; rockpool puts all into one');
  expect(said).toContain('skaffold.yaml: the overrides of shop are not carried over');
  expect(said).toContain('skaffold.yaml: db is the chart bitnami/redis from elsewhere');
});

it('the first schema of skaffold names images in the values of a release', async () => {
  const { config } = await proposed({
    ...web,
    ...chart,
    'k8s/web.yaml': '',
    'skaffold.yaml': `apiVersion: skaffold/v1alpha1
kind: Config
build: { artifacts: [{ imageName: acme/web, workspace: . }] }
deploy: { helm: { releases: [{ name: shop, chartPath: chart, values: { image: acme/web } }] } }
`,
  });
  expect(config.images?.map(({ name }) => name)).toEqual(['acme/web']);
});

it('an image that the compose file only names is built as the Tiltfile says', async () => {
  const { config, said } = await proposed({
    Dockerfile: web.Dockerfile,
    'web.js': '',
    'docker-compose.yml': 'services: { web: { image: acme/web, ports: ["8080:3000"] } }\n',
    Tiltfile: "docker_compose('docker-compose.yml')\ndocker_build('acme/web', '.')\n",
  });
  expect(config.images?.map(({ name }) => name)).toEqual(['acme/web']);
  expect(said).toContain('Tiltfile:2 builds it');
  expect(said).not.toContain('docker-compose.yml does not build it');
});
