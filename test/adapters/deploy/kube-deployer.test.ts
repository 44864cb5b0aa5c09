import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { type Failure, formatPlace } from '../../../src/session/failure.ts';
import { deployTo } from './deploy-to.ts';
import { type Answer, type Asked, refusal } from './scripted-apiserver.ts';

/** An object of the project, as far as a deploy looks at it. */
const ours = { metadata: { labels: { 'rockpool.dev/app': 'shop' } } };

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: extra }\n';
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replica: 1
  template:
    spec:
      containers:
        - { name: web, image: shop/web, env: [{ name: A, value: "1" }] }
`;

const writes = (asked: readonly Asked[]) =>
  asked.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url.split('?')[0]}`);
const applied = (events: readonly EventBody[]) =>
  events.flatMap((event) => (event.type === 'resource.applied' ? [`${event.key} ${event.outcome}`] : []));
const hashesOf = (events: readonly EventBody[]): Record<string, string> =>
  Object.fromEntries(
    events.flatMap((event) => (event.type === 'resource.applied' ? [[event.key, event.hash]] : [])),
  );
const said = ({ code, message, at }: Failure) => `${code} ${at ? formatPlace(at) : '-'} ${message}`;

describe('the deployer', () => {
  it('tells what was rendered, then applies it in order, strictly and without force', async () => {
    const { deploy, asked } = await deployTo({
      'k8s/a.yaml': deployment,
      'k8s/b.yaml': configMap('a'),
      'k8s/c.yaml': namespace,
    });
    const { events, failures } = await deploy();
    expect(failures).toEqual([]);
    expect(events[0]).toMatchObject({
      type: 'manifests.rendered',
      generation: 7,
      resources: [
        { key: 'Namespace//extra', file: 'k8s/c.yaml', images: [] },
        { key: 'ConfigMap/dev/a', file: 'k8s/b.yaml', images: [] },
        { key: 'Deployment/dev/web', file: 'k8s/a.yaml', images: ['shop/web'] },
      ],
      held: [],
      warnings: [],
    });
    expect(applied(events)).toEqual([
      'Namespace//extra created',
      'ConfigMap/dev/a created',
      'Deployment/dev/web created',
    ]);
    const patch = asked.findLast(({ method }) => method === 'PATCH');
    expect(patch?.url).toBe(
      '/apis/apps/v1/namespaces/dev/deployments/web?fieldManager=rockpool&force=false&fieldValidation=Strict',
    );
    expect(patch?.body).toMatchObject({
      spec: { replica: 1, template: { spec: { containers: [{ image: 'shop/web:rp-1' }] } } },
    });
  });

  it('sends only what is another manifest than the one applied last', async () => {
    const { deploy, asked, root } = await deployTo(
      { 'k8s/a.yaml': configMap('a'), 'k8s/b.yaml': configMap('b') },
      ({ method }) => (method === 'GET' ? { body: ours } : undefined),
    );
    const hashes = hashesOf((await deploy()).events);
    asked.length = 0;
    expect((await deploy({ applied: hashes })).events).toHaveLength(1);
    expect(writes(asked)).toEqual([]);
    await writeFile(join(root, 'k8s/a.yaml'), `# a comment\n${configMap('a')}`);
    await writeFile(join(root, 'k8s/b.yaml'), `${configMap('b')}data: { x: "1" }\n`);
    expect(applied((await deploy({ applied: hashes })).events)).toEqual(['ConfigMap/dev/b created']);
  });

  it('holds back what waits for an image', async () => {
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': deployment, 'k8s/b.yaml': configMap('a') });
    const { events } = await deploy({ refs: {} });
    expect(events[0]).toMatchObject({ held: [{ key: 'Deployment/dev/web', image: 'shop/web' }] });
    expect(writes(asked)).toEqual(['PATCH /api/v1/namespaces/dev/configmaps/a']);
  });

  it('applies nothing when a file does not render', async () => {
    const { deploy, asked } = await deployTo({
      'k8s/a.yaml.liquid': 'x: {{ nope }}\n',
      'k8s/b.yaml': configMap('a'),
    });
    expect((await deploy()).failures.map(said)).toEqual([
      'TEMPLATE_INVALID k8s/a.yaml.liquid:1:7 unknown variable "nope"',
    ]);
    expect(asked).toEqual([]);
  });

  it('makes the namespace when it is missing, and not when a manifest does', async () => {
    const missing = ({ method, url }: Asked) =>
      method === 'GET' && url === '/api/v1/namespaces/dev' ? refusal(404, 'NotFound', 'no') : undefined;
    const first = await deployTo({ 'k8s/a.yaml': configMap('a') }, missing);
    expect((await first.deploy()).failures).toEqual([]);
    expect(writes(first.asked)).toEqual([
      'PATCH /api/v1/namespaces/dev',
      'PATCH /api/v1/namespaces/dev/configmaps/a',
    ]);
    expect(first.asked.find(({ method }) => method === 'PATCH')?.body).toMatchObject({
      metadata: { labels: { 'rockpool.dev/app': 'shop' } },
    });
    const second = await deployTo(
      { 'k8s/a.yaml': configMap('a'), 'k8s/n.yaml': namespace.replace('extra', 'dev') },
      missing,
    );
    await second.deploy();
    expect(writes(second.asked).filter((write) => write.endsWith('/namespaces/dev'))).toHaveLength(1);
  });

  it('waits with a word while an older namespace or object is being deleted', async () => {
    const looks = new Map<string, number>();
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': configMap('a') }, ({ method, url }) => {
      if (method !== 'GET' || url.includes('?')) return undefined;
      looks.set(url, (looks.get(url) ?? 0) + 1);
      return looks.get(url) === 1
        ? { body: { metadata: { deletionTimestamp: 'now' } } }
        : refusal(404, 'NotFound', 'no');
    });
    const { events, failures } = await deploy();
    expect(failures).toEqual([]);
    expect(writes(asked)).toEqual([
      'PATCH /api/v1/namespaces/dev',
      'PATCH /api/v1/namespaces/dev/configmaps/a',
    ]);
    expect(events.filter(({ type }) => type === 'deploy.held')).toEqual(
      ['Namespace//dev', 'ConfigMap/dev/a'].map((key) => ({
        type: 'deploy.held',
        generation: 7,
        key,
        reason: 'waiting until the old one is deleted',
      })),
    );
  });

  it('stops waiting for a deletion when asked to', async () => {
    const controller = new AbortController();
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': configMap('a') }, ({ method, url }) => {
      if (method !== 'GET' || !url.includes('/configmaps/')) return undefined;
      controller.abort(new Error('enough'));
      return { body: { metadata: { deletionTimestamp: 'now' } } };
    });
    await expect(deploy({}, controller.signal)).rejects.toThrow();
    expect(writes(asked)).toEqual([]);
  });

  it('goes on after a failure, and tells every one', async () => {
    const { deploy } = await deployTo(
      { 'k8s/a.yaml': configMap('a'), 'k8s/b.yaml': configMap('b'), 'k8s/c.yaml': configMap('c') },
      ({ method, url }) =>
        method === 'PATCH' && !url.includes('/b?') ? refusal(422, 'Invalid', 'no good') : undefined,
    );
    const { events, failures } = await deploy();
    expect(applied(events)).toEqual(['ConfigMap/dev/b created']);
    expect(failures.map(said)).toEqual([
      'MANIFEST_INVALID k8s/a.yaml:3:13 ConfigMap a: no good',
      'MANIFEST_INVALID k8s/c.yaml:3:13 ConfigMap c: no good',
    ]);
  });

  it('passes the warnings of the apiserver on', async () => {
    const { deploy } = await deployTo({ 'k8s/a.yaml': configMap('a') }, ({ method, body }) =>
      method === 'PATCH' ? { body, warning: 'this is deprecated' } : undefined,
    );
    expect((await deploy()).events.at(-1)).toMatchObject({
      type: 'resource.applied',
      warnings: ['this is deprecated'],
    });
  });

  it('ends with one failure when the apiserver stops answering', async () => {
    const { deploy, stop } = await deployTo({ 'k8s/a.yaml': configMap('a'), 'k8s/b.yaml': configMap('b') });
    await stop();
    expect((await deploy()).failures).toMatchObject([{ code: 'CLUSTER_LOST' }]);
  });

  it('stops when asked to: before it began, and while a request is under way', async () => {
    const controller = new AbortController();
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': configMap('a') }, ({ method }) => {
      if (method !== 'PATCH') return undefined;
      arrived();
      return new Promise<never>(() => {});
    });
    await expect(deploy({}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(asked).toEqual([]);
    const running = deploy({}, controller.signal);
    await arrival;
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow();
  });
});

describe('what was deleted behind our back', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';
  const inExtra = configMap('far').replace('name: far', 'name: far, namespace: extra');
  const files = {
    'k8s/a.yaml': `${service}---\n${configMap('kept')}---\n${configMap('gone')}`,
    'k8s/b.yaml': configMap('edited'),
  };

  /** A session that applied everything, and then the server forgot what the pattern matches. */
  async function lost(
    manifests: Record<string, string>,
    gone: RegExp,
    script: (asked: Asked) => Answer | undefined = () => undefined,
  ) {
    let isLater = false;
    const made = new Set<string>();
    const project = await deployTo(manifests, (asked) => {
      const path = asked.url.split('?')[0] ?? '';
      if (asked.method === 'PATCH') made.add(path);
      if (!isLater) return undefined;
      const answer = script(asked);
      if (answer || asked.method !== 'GET') return answer;
      return gone.test(path) && !made.has(path) ? refusal(404, 'NotFound', 'no') : { body: ours };
    });
    const hashes = hashesOf((await project.deploy()).events);
    made.clear();
    project.asked.length = 0;
    isLater = true;
    return { ...project, hashes };
  }

  it('is applied again, in order and after what changed', async () => {
    const { deploy, root, hashes } = await lost(files, /configmaps\/gone$|services/);
    await writeFile(join(root, 'k8s/b.yaml'), `${configMap('edited')}data: { x: "1" }\n`);
    const { events, failures } = await deploy({ applied: hashes });
    expect(failures).toEqual([]);
    expect(applied(events)).toEqual([
      'ConfigMap/dev/edited created',
      'ConfigMap/dev/gone created',
      'Service/dev/web created',
    ]);
  });

  it('is applied again though nothing changed, into the namespace that is made for it', async () => {
    const { deploy, asked, hashes } = await lost(files, /namespaces\/dev/);
    expect((await deploy({ applied: hashes })).failures).toEqual([]);
    expect(writes(asked).toSorted()).toEqual([
      'PATCH /api/v1/namespaces/dev',
      'PATCH /api/v1/namespaces/dev/configmaps/edited',
      'PATCH /api/v1/namespaces/dev/configmaps/gone',
      'PATCH /api/v1/namespaces/dev/configmaps/kept',
      'PATCH /api/v1/namespaces/dev/services/web',
    ]);
    expect(writes(asked)[0]).toBe('PATCH /api/v1/namespaces/dev');
  });

  it.each([
    [
      'the session namespace',
      { ...files, 'k8s/c.yaml': deployment },
      /namespaces\/dev/,
      'Deployment/dev/web',
    ],
    [
      'a namespace of the manifests',
      { 'k8s/a.yaml': `${namespace}---\n${inExtra}---\n${inExtra.replace('far', 'other')}` },
      /namespaces\/extra/,
      'ConfigMap/extra/other',
    ],
  ])(
    '%s takes all in it along, which is applied before what needs it',
    async (_, manifests, gone, changed) => {
      const { deploy, hashes } = await lost(manifests, gone);
      const { [changed]: __, ...rest } = hashes;
      const { events, failures } = await deploy({ applied: rest });
      expect(failures).toEqual([]);
      expect(applied(events).map((line) => line.split(' ')[0])).toEqual(Object.keys(hashes));
    },
  );

  it('a custom resource is applied once its CRD is served again', async () => {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: pools.x.dev }\nspec: { group: x.dev, scope: Cluster, names: { kind: Pool, plural: pools } }\n';
    const pool = 'apiVersion: x.dev/v1\nkind: Pool\nmetadata: { name: a }\n';
    const served = { body: { resources: [{ name: 'pools', kind: 'Pool', namespaced: false }] } };
    let looks = 0;
    const manifests = { 'k8s/a.yaml': `${pool}---\n${crd}` };
    const server = await deployTo(manifests, ({ method, url }) => {
      if (url === '/apis/x.dev/v1') return ++looks === 2 ? refusal(404, 'NotFound', 'no') : served;
      return method === 'PATCH' && url.includes('/pools/a') && looks === 2
        ? refusal(404, 'NotFound', 'the server could not find the requested resource')
        : undefined;
    });
    const hashes = hashesOf((await server.deploy()).events);
    const again = await server.deploy({ applied: hashes });
    expect(again.failures).toEqual([]);
    expect(looks).toBe(3);
    expect(applied(again.events)).toEqual([
      'CustomResourceDefinition//pools.x.dev created',
      'Pool//a created',
    ]);
  });

  it('is no failure when nobody may look', async () => {
    const { deploy, asked, hashes } = await lost(files, /never/, () => refusal(403, 'Forbidden', 'no'));
    expect((await deploy({ applied: hashes })).failures).toEqual([]);
    expect(writes(asked)).toEqual([]);
  });

  it('is no failure when the apiserver does not answer', async () => {
    const { deploy, stop, hashes } = await lost(files, /never/);
    await stop();
    expect((await deploy({ applied: hashes })).failures).toEqual([]);
  });

  it('stops looking when asked to', async () => {
    const controller = new AbortController();
    const { deploy, hashes } = await lost(files, /never/, () => {
      controller.abort(new Error('enough'));
      return { body: {} };
    });
    await expect(deploy({ applied: hashes }, controller.signal)).rejects.toThrow();
  });
});

describe('custom resources', () => {
  const crd =
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: pools.x.dev }\nspec: { group: x.dev, scope: Cluster, names: { kind: Pool, plural: pools } }\n';
  const pool = 'apiVersion: x.dev/v1\nkind: Pool\nmetadata: { name: a }\n';

  it('wait until their CRD is served', async () => {
    let looks = 0;
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': pool, 'k8s/b.yaml': crd }, ({ url }) => {
      if (url !== '/apis/x.dev/v1') return undefined;
      const resources = [{ name: 'pools', kind: 'Pool', namespaced: false }];
      return ++looks < 3 ? refusal(404, 'NotFound', 'no') : { body: { resources } };
    });
    expect((await deploy()).failures).toEqual([]);
    expect(writes(asked)).toEqual([
      'PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/pools.x.dev',
      'PATCH /apis/x.dev/v1/pools/a',
    ]);
  });

  it('of a kind that nobody defines are a failure with its place', async () => {
    const { deploy } = await deployTo({ 'k8s/a.yaml': pool });
    expect((await deploy()).failures).toMatchObject([
      { code: 'UNKNOWN_KIND', at: { file: 'k8s/a.yaml', line: 2, column: 1 } },
    ]);
  });
});

describe('refusals are told in words, with the place of the field', () => {
  const field = (name: string, reason: string, message: string) => ({ field: name, reason, message });
  const openApi = {
    components: {
      schemas: {
        d: {
          'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
          properties: {
            apiVersion: {},
            kind: {},
            metadata: {},
            spec: { properties: { replicas: {}, template: {} } },
          },
        },
      },
    },
  };
  const env = 'spec.template.spec.containers[name="web"].env[name="A"].value';
  const long = `Invalid value: {"Spec":"${'x'.repeat(200)}"}`;

  it.each<[string, Answer, string, Partial<Failure>]>([
    [
      'an unknown field (1.36)',
      refusal(422, 'Invalid', 'spec.replica: unknown field', [
        field('spec.replica', 'FieldValueUnknown', 'unknown field'),
      ]),
      'MANIFEST_INVALID k8s/a.yaml:5:3 unknown field "replica" in spec of Deployment web',
      { hint: 'did you mean "replicas"?' },
    ],
    [
      'an unknown field (older)',
      refusal(
        500,
        '',
        'failed to create typed patch object (dev/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
      ),
      'MANIFEST_INVALID k8s/a.yaml:5:3 unknown field "replica" in spec of Deployment web',
      {},
    ],
    [
      'an unknown field (strict decoding)',
      refusal(400, 'BadRequest', 'strict decoding error: unknown field "spec.replica"'),
      'MANIFEST_INVALID k8s/a.yaml:5:3 unknown field "replica" in spec of Deployment web',
      {},
    ],
    [
      'a wrong type',
      refusal(422, 'Invalid', 'x', [field(env, 'FieldValueTypeInvalid', 'expected string, got 4711')]),
      `MANIFEST_INVALID k8s/a.yaml:9:58 ${env} of Deployment web must be text`,
      { hint: 'quote it' },
    ],
    [
      'a wrong value',
      refusal(422, 'Invalid', 'x', [
        field('spec.template', 'FieldValueInvalid', 'Invalid value: -1: must be more'),
      ]),
      'MANIFEST_INVALID k8s/a.yaml:6:3 spec.template of Deployment web: Invalid value: -1: must be more',
      {},
    ],
    [
      'a long wrong value',
      refusal(422, 'Invalid', 'x', [field('spec', 'FieldValueInvalid', `${long}: not so`)]),
      'MANIFEST_INVALID k8s/a.yaml:4:1 spec of Deployment web: not so',
      {},
    ],
    [
      'an immutable field',
      refusal(422, 'Invalid', 'x', [
        field('spec.template', 'FieldValueInvalid', `${long}: field is immutable`),
      ]),
      'IMMUTABLE_FIELD k8s/a.yaml:6:3 spec.template of Deployment web cannot be changed once it exists',
      { command: 'kubectl delete deployment web -n dev' },
    ],
    [
      "a controller's field",
      refusal(409, 'Conflict', 'x', [
        field('.spec.replica', 'FieldManagerConflict', 'conflict with "vpa-updater" using v1'),
      ]),
      'APPLY_CONFLICT k8s/a.yaml:5:3 vpa-updater set spec.replica of Deployment web to other values',
      { hint: expect.stringContaining('leave them out') },
    ],
    [
      'a namespace that is going',
      refusal(403, 'Forbidden', 'x', [field('metadata.namespace', 'NamespaceTerminating', 'x')]),
      'NAMESPACE_TERMINATING k8s/a.yaml:3:13 Deployment web: the namespace dev is being deleted',
      {},
    ],
    [
      'no such namespace',
      refusal(404, 'NotFound', 'namespaces "dev" not found'),
      'NAMESPACE_MISSING k8s/a.yaml:3:13 Deployment web: there is no namespace dev',
      {},
    ],
    [
      'no rights',
      refusal(403, 'Forbidden', 'deployments.apps "web" is forbidden: User "me" cannot patch'),
      'FORBIDDEN k8s/a.yaml:3:13 Deployment web: deployments.apps "web" is forbidden: User "me" cannot patch',
      {},
    ],
    [
      'a webhook that denies',
      refusal(400, '', 'admission webhook "policy.x.dev" denied the request: no latest tags'),
      'WEBHOOK_DENIED k8s/a.yaml:3:13 Deployment web is refused by the admission webhook policy.x.dev: no latest tags',
      {},
    ],
    [
      'a webhook that is not there',
      refusal(
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "policy.x.dev": connection refused',
      ),
      'WEBHOOK_FAILED k8s/a.yaml:3:13 Deployment web waits for the admission webhook policy.x.dev, which does not answer',
      {},
    ],
    [
      'base64 that is none',
      refusal(500, '', 'error decoding from json: illegal base64 data at input byte 3'),
      'MANIFEST_INVALID k8s/a.yaml:3:13 Deployment web: error decoding from json: illegal base64 data at input byte 3',
      { hint: expect.stringContaining('stringData') },
    ],
    [
      'anything else',
      refusal(500, 'InternalError', 'etcd is full'),
      'APPLY_FAILED k8s/a.yaml:3:13 Deployment web: etcd is full',
      {},
    ],
  ])('%s', async (_, answer, sentence, rest) => {
    const { deploy } = await deployTo({ 'k8s/a.yaml': deployment }, ({ method, url }) => {
      if (url.startsWith('/openapi/v3/apis/apps/v1')) return { body: openApi };
      return method === 'PATCH' ? answer : undefined;
    });
    const { failures } = await deploy();
    expect(failures.map(said)).toEqual([sentence]);
    expect(failures[0]).toMatchObject({ subject: 'Deployment/dev/web', ...rest });
    expect(JSON.stringify(failures)).not.toContain('4711');
  });
});

describe('what cannot be changed in place', () => {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\nspec: {}\n';
  const immutable = refusal(422, 'Invalid', 'x', [
    { field: 'spec.template', reason: 'FieldValueInvalid', message: 'field is immutable' },
  ]);
  const live = (app: string) => ({ metadata: { uid: 'u1', labels: { 'rockpool.dev/app': app } } });

  it('a Job of ours is deleted, by its uid, and made anew', async () => {
    let gone = false;
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': job }, ({ method, url }) => {
      if (!url.includes('/jobs/once')) return undefined;
      if (method === 'DELETE') gone = true;
      if (method === 'PATCH' && !gone) return immutable;
      return method === 'GET' && !gone ? { body: live('shop') } : undefined;
    });
    const { events, failures } = await deploy();
    expect(failures).toEqual([]);
    expect(applied(events)).toEqual(['Job/dev/once changed']);
    expect(asked.find(({ method }) => method === 'DELETE')?.body).toMatchObject({
      preconditions: { uid: 'u1' },
    });
  });

  it("another project's Job stays", async () => {
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': job }, ({ method, url }) => {
      if (!url.includes('/jobs/once')) return undefined;
      return method === 'PATCH' ? immutable : { body: live('other') };
    });
    expect((await deploy()).failures).toMatchObject([
      { code: 'NOT_OURS', message: expect.stringContaining('Job once (the rockpool project other)') },
    ]);
    expect(writes(asked).some((write) => write.startsWith('DELETE'))).toBe(false);
  });

  it('a bare pod waits for the service account of a new namespace', async () => {
    let tries = 0;
    const { deploy } = await deployTo(
      { 'k8s/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n' },
      ({ method }) =>
        method === 'PATCH' && ++tries < 3
          ? refusal(
              403,
              'Forbidden',
              'pods "a" is forbidden: error looking up service account dev/default: serviceaccount "default" not found',
            )
          : undefined,
    );
    expect(applied((await deploy()).events)).toEqual(['Pod/dev/a created']);
  });
});
