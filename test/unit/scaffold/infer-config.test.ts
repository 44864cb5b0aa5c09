import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { inferConfig } from '../../../src/scaffold/infer-config.ts';
import { makeProject } from '../config/make-project.ts';

const facts = { short: async () => '', branch: async () => '', dirty: async () => false };
const infer = (cwd: string) =>
  loadConfig({ cwd, env: {}, git: () => facts, infer: inferConfig }, new AbortController().signal);

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
        { name: 'my-api', context: 'services/api', dockerfile: 'services/api/Dockerfile' },
        { name: 'shop/web', context: 'web', dockerfile: 'web/Dockerfile' },
      ],
      manifests: ['deploy/job.yaml', 'k8s/*.yaml', 'k8s/*.yaml.liquid', 'k8s/db/*.yaml'],
      // What the project builds chooses its port first.
      forwards: [
        { id: 'service/web:80', local: 8080 },
        { id: 'service/db:5432', local: 5432 },
        { id: 'service/db:80', local: 8081 },
      ],
    });
    expect(config.file).toBeUndefined();
    const said = config.inferred.join('\n');
    expect(said).toContain('image shop/web from web/Dockerfile: k8s/web.yaml:8 runs it');
    expect(said).toContain('forward service/web:80 to local port 8080');
    expect(said).toContain('left out: tools/Dockerfile');
  });

  it('says what to do when there is nothing to go by, and what there is', async () => {
    const root = await makeProject({
      Dockerfile: 'FROM x',
      'k8s/web.yaml': 'apiVersion: v1\nkind: Service\n',
    });
    await expect(infer(root)).rejects.toMatchObject({
      exitCode: 2,
      failures: [
        {
          code: 'NO_CONFIG',
          message: expect.stringMatching(/found Dockerfile; k8s\/web.yaml:1:1: metadata is missing/),
          hint: expect.any(String),
        },
      ],
    });
  });
});
