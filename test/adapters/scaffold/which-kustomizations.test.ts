import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const kustomization = (...resources: string[]) => `resources: [${resources.join(', ')}]\n`;

it('samples, and nothing but kinds that no cluster knows, are left out of kustomizations as they are of files', async () => {
  const { config, said } = await proposed({
    Makefile:
      'IMG ?= controller:latest\nbuild:\n\tdocker build -t ${IMG} .\ndeploy:\n\tkustomize build config/default | kubectl apply -f -\n',
    Dockerfile: 'FROM golang\n',
    'config/default/kustomization.yaml': kustomization('../crd', '../manager'),
    'config/crd/kustomization.yaml': kustomization('caches.yaml'),
    'config/crd/caches.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: caches.acme.dev }\nspec: { group: acme.dev }\n',
    'config/manager/kustomization.yaml': `${kustomization('manager.yaml')}images: [{ name: controller, newName: acme.dev/cache }]\n`,
    'config/manager/manager.yaml': workload('manager', 'controller:latest'),
    'config/samples/kustomization.yaml': kustomization('cache.yaml'),
    'config/samples/cache.yaml': 'apiVersion: acme.dev/v1\nkind: Cache\nmetadata: { name: sample }\n',
    'config/prometheus/kustomization.yaml': kustomization('monitor.yaml'),
    'config/prometheus/monitor.yaml':
      'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m }\n',
  });
  expect(config.manifests).toEqual([{ kustomize: 'config/default' }]);
  expect(config.images?.map(({ name }) => name)).toEqual(['acme.dev/cache']);
  expect(said).toContain('config/samples: lies in a folder of samples or tests');
  expect(said).toContain('config/prometheus: ServiceMonitor of monitoring.coreos.com/v1 needs its CRD');
});

it('says of nothing that it is left out which a kustomization brings', async () => {
  const { config, said } = await proposed({
    'config/kustomization.yaml': kustomization('web.yaml', 'monitor.yaml'),
    'config/web.yaml': workload('web', 'acme/web'),
    'config/monitor.yaml':
      'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m }\n',
  });
  expect(config.manifests).toEqual([{ kustomize: 'config' }]);
  expect(said).not.toContain('monitor.yaml');
});

const named = (namespace: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`;
const within = (namespace: string, text: string) =>
  text.replaceAll(/name: backend }/g, `name: backend, namespace: ${namespace} }`);

it('one program under one name in several namespaces is asked about', async () => {
  const files = {
    'deploy/secure/common/namespace.yaml': named('secure'),
    'deploy/secure/backend/deployment.yaml': within('secure', workload('backend', 'acme/podinfo')),
    'deploy/secure/backend/service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: { name: backend, namespace: secure }\n',
    'deploy/webapp/backend/deployment.yaml': within('webapp', workload('backend', 'acme/podinfo')),
    'deploy/overlays/dev/kustomization.yaml': 'namespace: dev\nresources: [../../bases/backend]\n',
    'deploy/bases/backend/kustomization.yaml': kustomization('deployment.yaml'),
    'deploy/bases/backend/deployment.yaml': workload('backend', 'acme/podinfo'),
  };
  const { config, questions } = await proposed(files);
  expect(config.manifests).toEqual([{ kustomize: 'deploy/overlays/dev' }]);
  const choices = questions.find(({ id }) => id === 'manifests')?.choices.map(({ value }) => value);
  expect(choices?.sort()).toEqual(['deploy/overlays/dev', 'deploy/secure/backend', 'deploy/webapp/backend']);
  const secure = await proposed(files, { manifests: 'deploy/secure/backend' });
  expect(secure.config.manifests).toEqual(['deploy/secure/backend/*.yaml', 'deploy/secure/common/*.yaml']);
});

it('one name for several programs, or for somebody else’s, is no repetition', async () => {
  const of = (namespace: string, image: string) => within(namespace, workload('backend', image));
  for (const images of [
    ['acme/a', 'acme/b'],
    ['redis', 'redis'],
  ] as const) {
    const { config } = await proposed({
      'k8s/a/backend.yaml': of('a', images[0]),
      'k8s/b/backend.yaml': of('b', images[1]),
    });
    expect(config.manifests).toEqual(['k8s/a/*.yaml', 'k8s/b/*.yaml']);
  }
});
