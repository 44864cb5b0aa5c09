import { describe, expect, it } from 'vitest';
import { matchImages } from '../../../src/config/infer-images.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { makeProject } from './make-project.ts';

const facts = { short: async () => '', branch: async () => '', dirty: async () => false };
const infer = (cwd: string) => loadConfig({ cwd, env: {}, git: () => facts }, new AbortController().signal);

const workload = (name: string, ...images: string[]) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  template:\n    spec:\n      containers:\n${images
    .map((image) => `        - { name: ${name}, image: "${image}" }\n`)
    .join('')}---\n`;
const service = (name: string, ...ports: number[]) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [${ports.map((port) => `{ port: ${port} }`).join(', ')}] }\n---\n`;

describe('without a rockpool.yaml', () => {
  it('takes manifests, the Dockerfiles of their images and the ports of their Services, and says so', async () => {
    const root = await makeProject({
      'web/Dockerfile': 'FROM x',
      'services/api/Dockerfile': 'FROM x',
      'tools/Dockerfile': 'FROM x',
      'node_modules/x/Dockerfile': 'FROM x',
      'k8s/web.yaml': workload('web', 'shop/web:1', 'envoy:1') + service('web', 80),
      'k8s/db/db.yaml': workload('db', 'postgres:17') + service('db', 5432, 80),
      'k8s/api.yaml.liquid': 'apiVersion: apps/v1\nkind: Deployment\n{% if x %}\n      - image: my-api\n',
      'deploy/app.yaml': 'settings: 1\n',
      'deploy/job.yaml': workload('job', 'busybox'),
      'compose.yaml': 'services: {}\n',
      'node_modules/x/k8s/y.yaml': service('no', 1),
    });
    const config = await infer(root);
    expect(config).toMatchObject({
      root,
      name: 'shop',
      images: [
        { name: 'shop/web', context: 'web', dockerfile: 'web/Dockerfile' },
        { name: 'my-api', context: 'services/api', dockerfile: 'services/api/Dockerfile' },
      ],
      manifests: ['deploy/job.yaml', 'k8s/*.yaml.liquid', 'k8s/db/*.yaml', 'k8s/*.yaml'],
      forwards: [
        { id: 'service/db:5432', local: 5432 },
        { id: 'service/db:80', local: 8080 },
        { id: 'service/web:80', local: 8081 },
      ],
    });
    expect(config.file).toBeUndefined();
    expect(config.inferred).toContain('image shop/web from web/Dockerfile');
    expect(config.inferred).toContain('forward service/web:80 to local port 8081');
    expect(config.inferred.join('\n')).toContain('left out: tools/Dockerfile');
  });

  it('says what to do when there is nothing to go by, and what there is', async () => {
    const root = await makeProject({ Dockerfile: 'FROM x', 'k8s/kustomization.yaml': 'resources: []\n' });
    await expect(infer(root)).rejects.toMatchObject({
      exitCode: 2,
      failures: [
        {
          code: 'NO_CONFIG',
          message: expect.stringContaining('k8s/kustomization.yaml'),
          hint: expect.any(String),
        },
      ],
    });
  });
});

describe('matchImages', () => {
  it.each([
    [['web/Dockerfile'], ['shop/web:1'], ['shop/web=web/Dockerfile'], []],
    [
      ['web/Dockerfile', 'api/Dockerfile'],
      ['r:5000/shop-api@sha256:ab', 'shop-web'],
      ['r:5000/shop-api=api/Dockerfile', 'shop-web=web/Dockerfile'],
      [],
    ],
    [['Dockerfile'], ['shop'], ['shop=Dockerfile'], []],
    [['Dockerfile'], ['me/other', 'postgres'], ['me/other=Dockerfile'], []],
    [['Dockerfile'], ['postgres'], [], ['Dockerfile']],
    [
      ['web/Dockerfile', 'web-admin/Dockerfile'],
      ['web-admin', 'web'],
      ['web-admin=web-admin/Dockerfile', 'web=web/Dockerfile'],
      [],
    ],
  ])('%j and %j', (dockerfiles, references, matched, unmatched) => {
    const found = matchImages(dockerfiles, references, 'shop');
    expect(found.images.map(({ name, dockerfile }) => `${name}=${dockerfile}`).sort()).toEqual(matched);
    expect(found.unmatched).toEqual(unmatched);
  });
});
