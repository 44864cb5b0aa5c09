import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { chartInputs } from '../../../src/deploy/chart-inputs.ts';
import { kustomizationInputs } from '../../../src/deploy/kustomization-inputs.ts';
import { makeProject } from '../config/make-project.ts';

async function inputs(files: Record<string, string>, folder: string): Promise<readonly string[]> {
  const root = await makeProject(files);
  const found = await kustomizationInputs(join(root, folder));
  return found.files.map((file) => relative(root, file)).sort();
}

it('names every file that a kustomization and those it builds on read', async () => {
  const files = {
    'overlays/dev/kustomization.yaml': `
resources: [../../base, more.yaml, https://example.invalid/x.yaml]
components: [../../components/cache, ../../components/later]
patches:
  - path: patch.yaml
  - patch: |-
      - op: remove
        path: /spec/replicas
configMapGenerator:
  - { name: a, files: [conf/app.conf, renamed.txt=conf/other.conf], envs: [dev.env] }
images: [{ name: hello/web, newTag: dev }]
`,
    'overlays/dev/more.yaml': '',
    'overlays/dev/patch.yaml': '',
    'overlays/dev/conf/app.conf': '',
    'overlays/dev/conf/other.conf': '',
    'overlays/dev/dev.env': '',
    'overlays/dev/unrelated.yaml': '',
    'base/kustomization.yml': 'resources: [web.yaml, not-there-yet.yaml]',
    'base/web.yaml': '',
    'components/cache/Kustomization': 'resources: [../../base]',
  };
  expect(await inputs(files, 'overlays/dev')).toEqual([
    'base/kustomization.yml',
    'base/not-there-yet.yaml',
    'base/web.yaml',
    'components/cache/Kustomization',
    'components/later/kustomization.yaml',
    'overlays/dev/conf/app.conf',
    'overlays/dev/conf/other.conf',
    'overlays/dev/dev.env',
    'overlays/dev/kustomization.yaml',
    'overlays/dev/more.yaml',
    'overlays/dev/patch.yaml',
  ]);
});

it.each([
  ['is no YAML', 'resources: ['],
  ['is empty', ''],
  ['has an alias without an anchor', 'resources: [*nothing]'],
  ['is in itself', 'resources: &a [*a]'],
  [
    'has too many aliases',
    `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n`,
  ],
  ['names itself', 'resources: [., ../a]'],
])('a kustomization that %s is watched all the same', async (_, text) => {
  expect(await inputs({ 'a/kustomization.yaml': text }, 'a')).toEqual(['a/kustomization.yaml']);
});

it('one that is not there is waited for', async () => {
  expect(await inputs({ 'a/readme': '' }, 'a')).toEqual(['a/kustomization.yaml']);
});

it('a chart counts with the charts that it names by file://, and its values files', async () => {
  const chart = (dependency: string) =>
    `name: x\ndependencies:\n  - { name: d, repository: "${dependency}" }\n  - { name: r, repository: https://example.invalid }\n`;
  const root = await makeProject({
    'charts/a/Chart.yaml': chart('file://../b'),
    'charts/b/Chart.yaml': chart('file://../a'),
  });
  const found = await chartInputs(join(root, 'charts/a'), [join(root, 'dev.yaml')]);
  expect(found.folders.map((folder) => relative(root, folder))).toEqual(['charts/a', 'charts/b']);
  expect(found.files.map((file) => relative(root, file))).toEqual([
    'charts/a/Chart.yaml',
    'charts/b/Chart.yaml',
    'dev.yaml',
  ]);
});
