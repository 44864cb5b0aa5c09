import { afterEach, expect, test, vi } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { is, kubectl, now, rockpool, startSession, type TestSession } from './harness.ts';

/** A bound, not an expectation: machines are slow. */
const WITHIN = { timeout: 60_000, interval: 200 };

let project: BareProject | undefined;
let session: TestSession | undefined;
afterEach(async () => {
  await session?.stop();
  await project?.remove();
  session = undefined;
  project = undefined;
});

const dockerfile = `FROM busybox
COPY --chown=1000:1000 message /message
USER 1000:1000
CMD ["sh", "-c", "trap exit TERM; touch /tmp/ready; while :; do sleep 0.2; done"]
`;

const workload = (name: string, image: string, greeting: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: ${image}
          env:
            - name: GREETING
              value: ${greeting}
          readinessProbe: { periodSeconds: 1, exec: { command: [test, -f, /tmp/ready] } }
`;

const chart = {
  'charts/web/Chart.yaml': `apiVersion: v2
name: web
version: 0.1.0
dependencies:
  - { name: common, version: 0.1.0, repository: "file://../common" }
`,
  'charts/web/values.yaml': 'image: { repository: charted/web, tag: "1.0" }\ngreeting: first\n',
  'charts/web/templates/web.yaml': workload(
    '{{ .Release.Name }}-web',
    '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
    '{{ .Values.greeting | quote }}',
  ),
  'charts/web/templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox }] } } }
`,
  'charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.1.0\n',
  'charts/common/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: quiet }\nunheardOf: 1\n',
  'dev.yaml': 'extra: 1\n',
};

test('a chart with an image of the project: up, edits of its values and templates, a break, down', async () => {
  project = await bareProject({
    ...chart,
    'web/Dockerfile': dockerfile,
    'web/message': 'one\n',
    'rockpool.yaml': `version: 1
name: charted
images: [{ name: charted/web, context: web }]
manifests:
  - helm: { chart: charts/web, release: rel, values: [dev.yaml] }
`,
  });
  const { namespace, dir, get, write } = project;
  const inMessage = async () => {
    const { containers } = (await get('deployment', 'rel-web')).spec.template.spec;
    return { image: containers[0].image as string, greeting: containers[0].env[0].value as string };
  };
  const ready = (from = 0) =>
    running().next(
      is(
        'workload.observed',
        ({ workload }) => /rel-web/.test(workload.key) && workload.rollout === 'complete',
      ),
      { from },
    );
  const running = () => session as TestSession;

  session = startSession(project);
  const rendered = await session.next(is('manifests.rendered'));
  expect(rendered.resources.map(({ key, file }) => [key, file])).toEqual([
    [`ConfigMap/${namespace}/settings`, 'charts/common/templates/settings.yaml'],
    [`Deployment/${namespace}/rel-web`, 'charts/web/templates/web.yaml'],
  ]);
  expect(rendered.warnings).toEqual(['charts/web: its hooks are not run yet: Job migrate (pre-install)']);
  const settings = await session.next(is('resource.applied', ({ key }) => /settings/.test(key)));
  // The apiserver says what it does not know, and takes the rest.
  expect(settings.warnings.join()).toContain('unheardOf');
  await ready();
  const first = await inMessage();
  expect(first.image).toMatch(/^charted\/web:rp-/);
  expect(first.greeting).toBe('first');

  let from = now(session);
  await write('charts/web/values.yaml', chart['charts/web/values.yaml'].replace('first', 'second'));
  await session.next(
    is('resource.applied', ({ key, outcome }) => /rel-web/.test(key) && outcome === 'changed'),
    { from },
  );
  await ready(from);
  expect(await inMessage()).toEqual({ image: first.image, greeting: 'second' });

  await write('dev.yaml', 'greeting: third\n');
  await vi.waitFor(async () => expect((await inMessage()).greeting).toBe('third'), WITHIN);

  from = now(session);
  await write(
    'charts/common/templates/settings.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: {{ .Values.no.such }} }\n',
  );
  const broken = await session.next(is('deploy.failed'), { from });
  expect(broken.failures).toMatchObject([
    { code: 'HELM_FAILED', at: { file: 'charts/common/templates/settings.yaml', line: 4 } },
  ]);
  expect(await get('deployment', 'rel-web')).toBeDefined();

  await write(
    'charts/common/templates/settings.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: loud }\n',
  );
  await vi.waitFor(
    async () => expect((await get('configmap', 'settings')).data).toEqual({ mode: 'loud' }),
    WITHIN,
  );

  from = now(session);
  await write('web/message', 'two\n');
  await session.next(
    is('resource.applied', ({ key, outcome }) => /rel-web/.test(key) && outcome === 'changed'),
    { from },
  );
  expect((await inMessage()).image).not.toBe(first.image);

  expect(session.events.filter(({ type }) => type === 'effect.crashed')).toEqual([]);
  await session.stop();
  expect((await rockpool(['diff', '-n', namespace], { cwd: dir })).code).toBe(0);
  expect(await project.down()).toMatchObject({ code: 0 });
  expect(await get('deployment', 'rel-web')).toBeUndefined();
  expect(await get('configmap', 'settings')).toBeUndefined();
});

test('a kustomization whose base is outside of the project: up, edits, a break, down', async () => {
  project = await bareProject({
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': workload('web', 'kustomized/web:1.0', 'first'),
    'app/web/Dockerfile': dockerfile,
    'app/web/message': 'one\n',
    'app/overlays/dev/kustomization.yaml': `resources: [../../../base]
namePrefix: dev-
patches: [{ path: patch.yaml }]
configMapGenerator: [{ name: settings, files: [app.conf] }]
`,
    'app/overlays/dev/patch.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1 }\n',
    'app/overlays/dev/app.conf': 'mode=quiet\n',
    'app/rockpool.yaml': `version: 1
name: kustomized
images: [{ name: kustomized/web, context: web }]
manifests: [{ kustomize: overlays/dev }]
`,
  });
  const { namespace, get, write } = project;
  const dir = `${project.dir}/app`;
  session = startSession({ dir, namespace });
  const { resources } = await session.next(is('manifests.rendered'));
  const rendered = resources.find(({ key }) => key.endsWith('/dev-web'));
  expect(rendered?.places?.['image:main']).toEqual({
    file: expect.stringMatching(/\/base\/web\.yaml$/),
    ...{ line: 13, column: 11 },
  });
  await session.next(is('deploy.succeeded'));
  const deployment = () => get('deployment', 'dev-web');
  expect((await deployment()).spec.template.spec.containers[0].image).toMatch(/^kustomized\/web:rp-/);
  const names = async () =>
    (await kubectl('-n', namespace, 'get', 'configmap', '-l', 'rockpool.dev/app=kustomized', '-o', 'name'))
      .split('\n')
      .filter((name) => name.includes('dev-settings'));
  const [before] = await names();

  await write('base/web.yaml', workload('web', 'kustomized/web:1.0', 'second'));
  const greeting = async () => (await deployment()).spec.template.spec.containers[0].env[0].value;
  await vi.waitFor(async () => expect(await greeting()).toBe('second'), WITHIN);

  // A generated name is a new object: the old one is pruned.
  let from = now(session);
  await write('app/overlays/dev/app.conf', 'mode=loud\n');
  await session.next(
    is('resource.pruned', ({ key }) => key.includes('dev-settings')),
    { from },
  );
  expect(await names()).toHaveLength(1);
  expect(await names()).not.toContain(before);

  from = now(session);
  await write('base/kustomization.yaml', 'resources: [web.yaml, more.yaml]\n');
  const broken = await session.next(is('deploy.failed'), { from });
  expect(broken.failures).toMatchObject([
    {
      code: 'KUSTOMIZE_FAILED',
      message: expect.stringMatching(/base\/more\.yaml does not exist$/),
      at: { file: 'rockpool.yaml', line: 4 },
    },
  ]);

  // A file that is named since the session began is watched, too.
  for (const value of ['1', '2']) {
    await write(
      'base/more.yaml',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\ndata: { a: "${value}" }\n`,
    );
    await vi.waitFor(
      async () => expect((await get('configmap', 'dev-more'))?.data).toEqual({ a: value }),
      WITHIN,
    );
  }

  expect(session.events.filter(({ type }) => type === 'effect.crashed')).toEqual([]);
  await session.stop();
  expect((await rockpool(['down', '-n', namespace], { cwd: dir })).code).toBe(0);
  expect(await deployment()).toBeUndefined();
  expect(await names()).toEqual([]);
});
