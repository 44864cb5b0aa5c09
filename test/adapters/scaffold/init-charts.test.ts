import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeProject } from '../../unit/config/make-project.ts';
import { standInTools } from '../deploy/stand-in-tools.ts';
import { rockpool } from './init-fixtures.ts';
import { workload } from './proposed.ts';

/** Its names and images cannot be told without helm. */
const chart = {
  'charts/pod/Chart.yaml': 'apiVersion: v2\nname: pod\nversion: 0.1.0\n',
  'charts/pod/values.yaml': 'image: acme/web\n',
  'charts/pod/templates/web.yaml': workload('{{ include "n" . }}', '{{ tpl .Values.image . }}', 80),
  'web/Dockerfile': 'FROM node:24-slim\nCOPY . .\nCMD ["node", "web.js"]\n',
  'web/web.js': '',
};
const prints = (text: string) => `cat <<'END'\n${text}END`;
const rendered = workload('pod-web', 'acme/web:1.2', 80).replaceAll(
  'metadata: { name: pod-web }',
  'metadata: { name: pod-web, namespace: rockpool-any-namespace }',
);
const written = (root: string) => readFile(join(root, 'rockpool.yaml'), 'utf8');

it('with helm on the PATH the names and images of a chart are those that it renders', async () => {
  const { calls } = await standInTools({
    helm: prints(`---\n# Source: pod/templates/web.yaml\n${rendered}`),
  });
  const root = await makeProject(chart);
  const said = await rockpool('init', root, '--yes');
  expect(said.code, said.stderr).toBe(0);
  expect(await written(root)).toContain('- name: acme/web\n    context: web\n');
  expect(await written(root)).toContain('forwards:\n  - { to: service/pod-web, port: 80 }\n');
  expect(said.stderr).toContain('charts/pod/templates/web.yaml runs it');
  expect(await readFile(calls, 'utf8')).toMatch(/^helm template pod \S*charts\/pod --namespace /);
});

it('a project without rockpool.yaml is taken to mean the same', async () => {
  await standInTools({ helm: prints(rendered) });
  const root = await makeProject(chart);
  const { inferConfig } = await import('../../../src/scaffold/infer-config.ts');
  const { source } = await inferConfig(root, new AbortController().signal);
  expect(source).toContain('- name: acme/web\n');
});

it('what helm does not render is guessed, and helm says at the end what is wrong', async () => {
  await standInTools({ helm: 'echo "Error: a value is needed" >&2; exit 1' });
  const root = await makeProject(chart);
  const said = await rockpool('init', root, '--yes');
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('a value is needed') });
});

it('stops with what it is part of', async () => {
  await standInTools({ helm: 'sleep 30' });
  const root = await makeProject(chart);
  const { inferConfig } = await import('../../../src/scaffold/infer-config.ts');
  await expect(inferConfig(root, AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' });
});

it.each([
  ['image', 'imageStrategy: { helm: {} }', '{ image.repository: shop/web }'],
  ['image', '', '{ image: shop/web }'],
])('skaffold names an image in the way of its release: %s with "%s"', async (key, strategy, set) => {
  await standInTools({});
  const root = await makeProject({
    ...chart,
    'skaffold.yaml': `apiVersion: skaffold/v2beta29
kind: Config
build: { artifacts: [{ image: shop/web, context: web }] }
deploy:
  helm:
    releases:
      - name: pod
        chartPath: charts/pod
        artifactOverrides: { ${key}: shop/web }
        ${strategy}
`,
  });
  const said = await rockpool('init', root, '--yes');
  expect(said.code, said.stderr).toBe(0);
  expect(await written(root)).toContain(`set: ${set}`);
});

it('a chart whose release is called like the folder keeps that name under another name of the project', async () => {
  await standInTools({});
  const root = await makeProject(chart, 'pod');
  await rockpool('init', root, '--yes', '--name', 'mine');
  expect(await written(root)).toContain('release: pod');
});

it('a chart and manifests that run the same image are one or the other, however the release calls it', async () => {
  await standInTools({ helm: prints(rendered) });
  const root = await makeProject({ ...chart, 'k8s/web.yaml': workload('web', 'acme/web', 80) });
  const said = await rockpool('init', root, '--yes');
  expect(await written(root)).not.toContain('helm:');
  expect(said.stderr).toContain('--answer manifests=charts/pod');
});
