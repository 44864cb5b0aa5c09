import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKustomizeOrigins } from '../../../src/deploy/kustomize-origins.ts';
import { formatPlace } from '../../../src/session/failure.ts';
import { makeProject } from '../config/make-project.ts';

const files = {
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: main
          image: shop/web:1
        - name: proxy
          image: proxy:1
`,
  'base/web-api.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web-api }\n',
  'dev/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: proxy
          image: proxy:2
`,
  'dev/kustomization.yaml': 'resources: [../base]\n',
  'dev/broken.yaml': 'kind: [\n',
  'dev/app.conf': 'a\n',
};
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'dev-web', namespace: 'x' },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'main', image: 'shop/web:changed' },
          { name: 'proxy', image: 'proxy:2' },
        ],
      },
    },
  },
};

const image = (index: number) => ['spec', 'template', 'spec', 'containers', index, 'image'];

test.each<[string, object, readonly (string | number)[], string]>([
  ['the object itself', {}, ['metadata', 'name'], 'base/web.yaml:4:3'],
  ['a field of a patch', {}, ['spec', 'replicas'], 'dev/patch.yaml:6:3'],
  ['a container of a patch, by its name', {}, image(1), 'dev/patch.yaml:11:11'],
  ['a field that kustomize changed', {}, image(0), 'base/web.yaml:11:11'],
  ['a field that no file has', {}, ['metadata', 'namespace'], 'base/web.yaml:1:1'],
  ['the longest name', { metadata: { name: 'dev-web-api' } }, ['metadata', 'name'], 'base/web-api.yaml:3:13'],
  ['an object that no file has', { kind: 'ConfigMap' }, ['metadata', 'name'], 'dev/kustomization.yaml'],
])('%s', async (_, over, path, expected) => {
  const root = await makeProject(files);
  const originOf = createKustomizeOrigins({
    files: [...Object.keys(files).map((file) => join(root, file)), join(root, 'gone.yaml')],
    fallback: { file: 'dev/kustomization.yaml' },
    root,
  });
  expect(formatPlace(await originOf({ ...web, ...over }, path))).toBe(expected);
});
