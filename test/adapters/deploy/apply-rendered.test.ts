import { expect, test } from 'vitest';
import { deployTo } from './deploy-to.ts';
import { type Asked, refusal } from './scripted-apiserver.ts';
import { standInTools } from './stand-in-tools.ts';

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  newer: 1
  replicas: 1
  template:
    spec: { containers: [{ name: main, image: shop/web, alsoNewer: { a: 1 } }] }
`;

/** As Kubernetes 1.36 answers a server-side apply, whatever fieldValidation says. */
const unknown = (asked: Asked) => {
  const text = JSON.stringify(asked.body);
  if (asked.method !== 'PATCH' || !/ewer/.test(text)) return undefined;
  const path = '(dev/web; apps/v1, Kind=Deployment)';
  return refusal(
    500,
    '',
    `failed to create typed patch object ${path}: errors:\n  .spec.newer: field not declared in schema\n  .spec.template.spec.containers[name="main"].alsoNewer: field not declared in schema`,
  );
};
const sent = (asked: readonly Asked[]) => asked.filter(({ method }) => method === 'PATCH');

test('of what a kustomization made, fields that the apiserver does not know are left out and told', async () => {
  await standInTools({ kustomize: `cat <<'END'\n${web}END` });
  const { deploy, asked } = await deployTo(
    {
      'rockpool.yaml':
        'version: 1\nname: shop\nimages: [{ name: shop/web }]\nmanifests: [{ kustomize: dev }]\n',
      'dev/kustomization.yaml': 'resources: []\n',
    },
    unknown,
  );
  const { events, failures } = await deploy();
  expect(failures).toEqual([]);
  expect(events.find(({ type }) => type === 'resource.applied')).toMatchObject({
    warnings: [
      'left out: spec.newer, a field that the apiserver does not know',
      'left out: spec.template.spec.containers[0].alsoNewer, a field that the apiserver does not know',
    ],
  });
  const last = sent(asked).at(-1);
  expect(last?.url).toContain('fieldValidation=Warn');
  expect(last?.body).toMatchObject({
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'main', image: 'shop/web:rp-1' }] } } },
  });
});

test('of the project’s own manifests they are refused', async () => {
  const { deploy, asked } = await deployTo({ 'k8s/web.yaml': web }, unknown);
  const { failures } = await deploy();
  expect(failures).toMatchObject([
    { code: 'MANIFEST_INVALID', at: { file: 'k8s/web.yaml', line: 5 } },
    { code: 'MANIFEST_INVALID', at: { file: 'k8s/web.yaml', line: 8 } },
  ]);
  expect(sent(asked)).toHaveLength(1);
  expect(sent(asked)[0]?.url).toContain('fieldValidation=Strict');
});
