import { afterEach, describe, expect, test } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { kubectl } from './harness.ts';

let project: BareProject | undefined;
const start = async (files: Record<string, string>) => {
  project = await bareProject(files);
  return project;
};
afterEach(() => project?.remove());

const pods = (app: string, more = '') => `
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: web, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "100000"]${more} }]
`;
const deployment = (spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  replicas: 1${spec}`;
const configMap = (data: string) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n${data}\n`;

describe('a ConfigMap that changes', () => {
  test('makes new pods of the workloads that use it, once', async () => {
    const uses = deployment(pods('web', ', envFrom: [{ configMapRef: { name: settings } }]'));
    const { apply, get, write } = await start({ 'k8s/all.yaml': uses + configMap('data: { a: "1" }') });
    await apply();
    const first = (await get('deployment', 'web')).metadata.generation;
    await apply();
    expect((await get('deployment', 'web')).metadata.generation).toBe(first);
    await write('k8s/all.yaml', uses + configMap('data: { a: "2" }'));
    expect((await apply()).code).toBe(0);
    expect((await get('deployment', 'web')).metadata.generation).toBe(first + 1);
  });

  test('and is immutable is explained, and made anew with --force', async () => {
    const { apply, get, write } = await start({
      'k8s/all.yaml': configMap('data: { a: "1" }\nimmutable: true'),
    });
    await apply();
    await write('k8s/all.yaml', configMap('data: { a: "2" }\nimmutable: true'));
    const { code, said } = await apply();
    expect(code).toBe(1);
    expect(said).toContain('data of ConfigMap settings cannot be changed once it exists, as it is marked');
    expect((await apply('--force')).said).toContain('deleted and made anew: data cannot be changed');
    expect((await get('configmap', 'settings')).data).toEqual({ a: '2' });
  });
});

describe('what cannot be changed', () => {
  test('a selector: refused with the way out, made anew with --force', async () => {
    const { apply, get, write } = await start({ 'k8s/web.yaml': deployment(pods('web')) });
    await apply();
    const { uid } = (await get('deployment', 'web')).metadata;
    await write('k8s/web.yaml', deployment(pods('other')));
    const { code, said } = await apply();
    expect(code).toBe(1);
    expect(said).toContain(
      'k8s/web.yaml:6:3: spec.selector of Deployment web cannot be changed once it exists',
    );
    expect((await get('deployment', 'web')).metadata.uid).toBe(uid);
    const forced = await apply('--force');
    expect(forced.said).toContain('deleted and made anew: spec.selector');
    expect((await get('deployment', 'web')).metadata.uid).not.toBe(uid);
  });

  test('a StatefulSet is made anew around its pods', async () => {
    const set = (service: string) =>
      `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec:\n  serviceName: ${service}${pods('db')}`;
    const { apply, get, write, kubectl } = await start({ 'k8s/db.yaml': set('one') });
    await apply();
    await kubectl('wait', '--for=create', 'pod/db-0', '--timeout=60s');
    const pod = (await get('pod', 'db-0')).metadata.uid;
    await write('k8s/db.yaml', set('two'));
    expect((await apply('--force')).code).toBe(0);
    expect((await get('statefulset', 'db')).spec.serviceName).toBe('two');
    expect((await get('pod', 'db-0')).metadata).toMatchObject({ uid: pod });
    expect((await get('pod', 'db-0')).metadata.deletionTimestamp).toBeUndefined();
  });

  test('a volume claim stays, also with --force', async () => {
    const claim = (mode: string) =>
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [${mode}], resources: { requests: { storage: 1Mi } } }\n`;
    const { apply, get, write } = await start({ 'k8s/data.yaml': claim('ReadWriteOnce') });
    await apply();
    const { uid } = (await get('pvc', 'data')).metadata;
    await write('k8s/data.yaml', claim('ReadWriteMany'));
    const { code, said } = await apply('--force');
    expect([code, said]).toEqual([1, expect.stringContaining('rockpool never deletes it')]);
    expect((await get('pvc', 'data')).metadata.uid).toBe(uid);
  });
});

describe('a workload with an autoscaler', () => {
  test('keeps the count that it was scaled to', async () => {
    const hpa = `---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n`;
    const { apply, diff, get, write, kubectl } = await start({
      'k8s/all.yaml': deployment(pods('web')) + hpa,
    });
    await apply();
    expect((await get('deployment', 'web')).spec.replicas).toBe(1);
    await write('k8s/all.yaml', deployment(pods('web', ', env: [{ name: A, value: "1" }]')) + hpa);
    expect((await apply()).code).toBe(0);
    expect((await get('deployment', 'web')).spec.replicas).toBe(1);
    await kubectl('scale', 'deployment/web', '--replicas=3');
    const { code, said } = await apply();
    expect([code, said]).toEqual([0, expect.not.stringContaining('warning')]);
    expect(await diff()).toMatchObject({ code: 0 });
    expect((await get('deployment', 'web')).spec.replicas).toBe(3);
  });
});

describe('what needs a moment', () => {
  test('a CRD and its object in one apply; the CRD stays as long as it has objects', async () => {
    const group = `t${Math.random().toString(36).slice(2, 8)}.rockpool.dev`;
    const crd = `---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: pools.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Pool, plural: pools }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]
`;
    const pool = `---\napiVersion: ${group}/v1\nkind: Pool\nmetadata: { name: a }\n`;
    const other = configMap('data: { a: "1" }');
    const { apply, write, kubectl: kube } = await start({ 'k8s/all.yaml': crd + pool + other });
    try {
      const { code, said } = await apply();
      expect([code, said]).toEqual([0, expect.stringMatching(/Pool\/\S+\/a {2}created/)]);
      await kube('create', '-f', await written(pool.replace('name: a', 'name: theirs'), write));
      await write('k8s/all.yaml', other);
      const pruned = await apply();
      expect(pruned.said).toMatch(/Pool\/\S+\/a {2}deleted/);
      expect(pruned.said).toContain(
        `CustomResourceDefinition//pools.${group}  kept: there are objects of its kind`,
      );
      expect(await kube('get', `pools.${group}`, '-o', 'name')).toContain('theirs');
    } finally {
      await kubectl('delete', 'crd', `pools.${group}`, '--ignore-not-found');
    }
  });

  test('a namespace that is being deleted is waited for', async () => {
    const { apply, get, namespace } = await start({ 'k8s/web.yaml': deployment(pods('web')) });
    await apply();
    await kubectl('delete', 'namespace', namespace, '--wait=false');
    const { code, said } = await apply();
    expect(code).toBe(0);
    expect(said).toContain(`Namespace//${namespace}  waiting until the old one is deleted`);
    expect(await get('deployment', 'web')).toBeDefined();
  });
});

/** A file beside the manifests. */
async function written(text: string, write: BareProject['write']): Promise<string> {
  await write('theirs.yaml', text);
  return `${project?.dir}/theirs.yaml`;
}
