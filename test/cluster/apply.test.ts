import { afterEach, describe, expect, test } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { essence } from './essence.ts';
import { kubectl } from './harness.ts';

let project: BareProject | undefined;
const start = async (files: Record<string, string>) => {
  project = await bareProject(files);
  return project;
};
afterEach(() => project?.remove());

const deployment = (env: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: busybox
          imagePullPolicy: IfNotPresent
          command: [sleep, "100000"]
          env: [${env}]
${more}`;
const configMap = (name: string, data: string) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n`;
const A = '{ name: A, value: "1" }';
const B = '{ name: B, value: "2" }';
// biome-ignore lint/suspicious/noExplicitAny: any object of the cluster
const envOf = (object: any) => object.spec.template.spec.containers[0].env;

describe('what people change by hand', () => {
  test('is taken back with a word, but for a count of replicas', async () => {
    const { apply, get, write, kubectl } = await start({ 'k8s/web.yaml': deployment(`${A}, ${B}`) });
    expect((await apply()).code).toBe(0);
    await kubectl('set', 'env', 'deployment/web', 'A=9', 'C=3');
    await kubectl('scale', 'deployment/web', '--replicas=2');
    const { code, said } = await apply();
    expect(code).toBe(0);
    expect(said).toContain(
      'kubectl set had changed spec.template.spec.containers[name="web"].env[name="A"].value',
    );
    expect(said).toContain('kubectl scale set spec.replicas to 2: it stays so until');
    const web = await get('deployment', 'web');
    expect(web.spec.replicas).toBe(2);
    expect(envOf(web)).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
      { name: 'C', value: '3' },
    ]);
    await write('k8s/web.yaml', deployment(A).replace('replicas: 1', 'replicas: 0'));
    expect((await apply()).code).toBe(0);
    expect((await get('deployment', 'web')).spec.replicas).toBe(0);
  });

  test('stays as it is when a controller did it', async () => {
    const { apply, get, kubectl } = await start({ 'k8s/web.yaml': deployment(A) });
    await apply();
    await kubectl(
      'patch',
      'deployment',
      'web',
      '--field-manager=vpa-updater',
      '-p',
      '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":7}}}}',
    );
    const { code, said } = await apply();
    expect(code).toBe(1);
    expect(said).toContain(
      'vpa-updater set spec.template.spec.terminationGracePeriodSeconds of Deployment web to other values',
    );
    expect((await get('deployment', 'web')).spec.template.spec.terminationGracePeriodSeconds).toBe(7);
  });
});

describe('a namespace that kubectl apply made', () => {
  const files = { 'k8s/all.yaml': deployment(`${A}, ${B}`) + configMap('settings', '{ a: "1", b: "2" }') };

  test('is taken over, edited and given back, and nothing that was not ours is lost', async () => {
    const { namespace, dir, apply, diff, get, write, down, kubectl: kube } = await start(files);
    await kubectl('create', 'namespace', namespace);
    await kube('apply', '-f', `${dir}/k8s`);
    await kube('annotate', 'configmap', 'settings', 'theirs=kept');
    const before = [await get('deployment', 'web'), await get('configmap', 'settings')].map(essence);

    const refused = await apply();
    expect(refused.code).toBe(3);
    expect(refused.said).toContain('ConfigMap settings (kubectl apply), Deployment web (kubectl apply)');
    expect([await get('deployment', 'web'), await get('configmap', 'settings')].map(essence)).toEqual(before);

    const taken = await apply('--adopt');
    expect(taken.code).toBe(0);
    expect(taken.said).toContain('taken over from kubectl-client-side-apply');
    expect(await diff()).toMatchObject({ code: 0 });

    await write(
      'k8s/all.yaml',
      deployment('{ name: A, value: "7" }') + configMap('settings', '{ a: "7", c: "3" }'),
    );
    expect((await apply()).code).toBe(0);
    const [web, settings] = [await get('deployment', 'web'), await get('configmap', 'settings')];
    expect(envOf(web)).toEqual([{ name: 'A', value: '7' }]);
    expect(settings.data).toEqual({ a: '7', c: '3' });
    expect(settings.metadata.annotations).toMatchObject({ theirs: 'kept' });

    expect((await down()).said).toMatch(/Deployment\/\S+\/web {2}given back as it was/);
    expect([await get('deployment', 'web'), await get('configmap', 'settings')].map(essence)).toEqual(before);
    expect(await kube('get', 'secret,configmap', '-o', 'name', '-l', 'rockpool.dev/app')).toBe('');

    await write('k8s/all.yaml', deployment(B) + configMap('settings', '{ b: "2" }'));
    await kube('apply', '-f', `${dir}/k8s`);
    expect(envOf(await get('deployment', 'web'))).toEqual([{ name: 'B', value: '2' }]);
    expect((await get('configmap', 'settings')).data).toEqual({ b: '2' });
  });
});

describe('a release that helm installed', () => {
  const chart = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: tiny\nversion: 0.1.0\n',
    'chart/values.yaml': 'greeting: hello\n',
    'chart/templates/all.yaml': `${deployment(
      '{ name: GREETING, value: {{ .Values.greeting | quote }} }',
    ).replace(
      'labels: { app: web } }\nspec',
      'labels: { app: web, app.kubernetes.io/managed-by: {{ .Release.Service }} } }\nspec',
    )}---\napiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: {{ .Values.greeting | quote }} }\n`,
  };
  const manifests = `${deployment('{ name: GREETING, value: rockpool }, { name: MORE, value: "1" }')}---\napiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: rockpool }\n`;

  test.each([['--server-side=true'], ['--server-side=false']])(
    'is taken over, edited and given back, and helm goes on (%s)',
    async (way) => {
      const { apply, get, helm, write, down } = await start({ ...chart, 'k8s/all.yaml': manifests });
      await helm('install', 'tiny', 'chart', '--create-namespace', way);
      const before = [await get('deployment', 'web'), await get('secret', 'token')].map(essence);

      expect((await apply()).said).toContain('Deployment web (helm release tiny)');
      expect((await apply('--adopt')).code).toBe(0);
      await write('k8s/all.yaml', manifests.replace('value: rockpool', 'value: edited'));
      expect((await apply()).code).toBe(0);
      const web = await get('deployment', 'web');
      expect(envOf(web).map(({ value }: { value: string }) => value)).toEqual(['edited', '1']);
      expect(web.metadata.labels['app.kubernetes.io/managed-by']).toBe('Helm');
      expect(web.metadata.annotations['meta.helm.sh/release-name']).toBe('tiny');

      expect((await down()).said).toMatch(/Secret\/\S+\/token {2}given back as it was/);
      expect([await get('deployment', 'web'), await get('secret', 'token')].map(essence)).toEqual(before);

      await helm('upgrade', 'tiny', 'chart', '--set', 'greeting=again');
      expect(envOf(await get('deployment', 'web'))).toEqual([{ name: 'GREETING', value: 'again' }]);
      await helm('uninstall', 'tiny', '--wait');
      expect(await get('deployment', 'web')).toBeUndefined();
      expect(await get('secret', 'token')).toBeUndefined();
    },
  );
});

describe('what the manifests no longer have', () => {
  test('is deleted, whoever of us applied it, and nothing else is', async () => {
    const {
      apply,
      get,
      write,
      delete: remove,
      kubectl,
    } = await start({
      'k8s/web.yaml': deployment(A),
      'k8s/old.yaml': configMap('old', '{ a: "1" }'),
      'k8s/data.yaml':
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }\n',
    });
    expect((await apply()).code).toBe(0);
    await kubectl('create', 'configmap', 'theirs');
    await kubectl('label', 'configmap', 'theirs', 'rockpool.dev/app=trial');
    const part = (await get('configmap', 'old')).metadata.labels['applyset.kubernetes.io/part-of'];
    const parent = await get('configmap', 'rockpool-trial');
    expect(parent.metadata.labels['applyset.kubernetes.io/id']).toBe(part);
    expect(parent.metadata.annotations['applyset.kubernetes.io/contains-group-kinds']).toBe(
      'ConfigMap,Deployment.apps,PersistentVolumeClaim',
    );
    await remove('k8s/old.yaml');
    await remove('k8s/data.yaml');
    await write(
      'k8s/web.yaml',
      `${deployment(A)}---\nkind: Nonsense\napiVersion: v1\nmetadata: { name: x }\n`,
    );
    expect((await apply()).code).toBe(1);
    expect(await get('configmap', 'old')).toBeDefined();
    await write('k8s/web.yaml', deployment(A));
    const { code, said } = await apply();
    expect(code).toBe(0);
    expect(said).toMatch(/ConfigMap\/\S+\/old {2}deleted: no longer in the manifests/);
    expect(said).toMatch(
      /PersistentVolumeClaim\/\S+\/data {2}kept: .*kubectl --context \S+ delete persistentvolumeclaim data/,
    );
    expect(await get('configmap', 'old')).toBeUndefined();
    expect(await get('configmap', 'theirs')).toBeDefined();
    expect(await get('pvc', 'data')).toBeDefined();
    const after = await get('configmap', 'rockpool-trial');
    expect(after.metadata.annotations['applyset.kubernetes.io/contains-group-kinds']).toBe(
      'Deployment.apps,PersistentVolumeClaim',
    );
  });

  test('stays when there are no manifests at all', async () => {
    const { apply, get, write } = await start({ 'k8s/old.yaml': configMap('old', '{ a: "1" }') });
    await apply();
    await write('k8s/old.yaml', '# nothing\n');
    const { code, said } = await apply();
    expect([code, said]).toEqual([0, expect.stringContaining('`rockpool down` deletes what was applied')]);
    expect(await get('configmap', 'old')).toBeDefined();
  });
});
