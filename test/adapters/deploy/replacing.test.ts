import { describe, expect, it } from 'vitest';
import { deployTo } from './deploy-to.ts';
import { type Answer, type Asked, refusal } from './scripted-apiserver.ts';

const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1, selector: { matchLabels: { a: b } } }\n';
const live = (over: object = {}) => ({
  metadata: { uid: 'u1', resourceVersion: '3', labels: { 'rockpool.dev/app': 'shop' }, ...over },
  spec: { replicas: 4 },
});
const immutable = refusal(422, 'Invalid', 'x', [
  { field: 'spec.selector', reason: 'FieldValueInvalid', message: 'Invalid value: {}: field is immutable' },
]);
const isWeb = ({ url }: Asked) => /\/deployments\/web(\?|$)/.test(url);
const patchesOf = (asked: readonly Asked[]) => asked.filter((each) => each.method === 'PATCH' && isWeb(each));

describe('a field that cannot be changed', () => {
  const run = async (force: boolean, object: object) => {
    let isGone = false;
    const script = (asked: Asked): Answer | undefined => {
      if (!isWeb(asked)) return undefined;
      if (asked.method === 'DELETE') isGone = true;
      if (asked.method === 'GET' && !isGone) return { body: object };
      return asked.method === 'PATCH' && !isGone ? immutable : undefined;
    };
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': deployment }, script, {
      force,
      mayAdopt: () => true,
    });
    const { events, failures } = await deploy();
    return { events, failures, deletes: asked.filter(({ method }) => method === 'DELETE') };
  };

  it('is told with the way out', async () => {
    const { failures, deletes } = await run(false, live());
    expect(deletes).toEqual([]);
    expect(failures).toMatchObject([{ code: 'IMMUTABLE_FIELD', hint: expect.stringContaining('--force') }]);
  });

  it('takes the object away with --force, and says so', async () => {
    const { events, failures, deletes } = await run(true, live());
    expect(failures).toEqual([]);
    expect(deletes).toMatchObject([{ body: { preconditions: { uid: 'u1' } } }]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'resource.applied',
        outcome: 'changed',
        warnings: ['deleted and made anew: spec.selector cannot be changed'],
      }),
    );
  });

  it.each([
    ['adopted before', live({ annotations: { 'rockpool.dev/adopted': '{"by":"kubectl apply"}' } })],
    ['adopted now', live({ labels: {} })],
  ])('never takes away what others made: %s', async (_, object) => {
    const { failures, deletes } = await run(true, object);
    expect(deletes).toEqual([]);
    expect(failures).toMatchObject([{ code: 'IMMUTABLE_FIELD' }]);
  });
});

describe('a workload that an autoscaler of the cluster scales', () => {
  const hpa = {
    metadata: { namespace: 'dev' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  };
  const sent = async (object: object | undefined) => {
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': deployment }, (each) => {
      if (each.method === 'GET' && each.url.includes('/horizontalpodautoscalers')) {
        return { body: { items: [hpa] } };
      }
      return isWeb(each) && object && each.method === 'GET' ? { body: object } : undefined;
    });
    expect((await deploy()).failures).toEqual([]);
    return patchesOf(asked)[0]?.body as {
      spec: { replicas?: number };
      metadata: { resourceVersion?: string };
    };
  };
  const applied = (fieldsV1: object) =>
    live({ managedFields: [{ manager: 'rockpool', operation: 'Apply', fieldsV1 }] });

  it('is made with its own count', async () => {
    expect((await sent(undefined)).spec.replicas).toBe(1);
  });

  it('is sent no count once the autoscaler has it', async () => {
    expect((await sent(applied({ 'f:spec': { 'f:selector': {} } }))).spec.replicas).toBeUndefined();
  });

  it('is sent the count that it has while that is still ours, and only as it was seen', async () => {
    const { spec, metadata } = await sent(applied({ 'f:spec': { 'f:replicas': {} } }));
    expect([spec.replicas, metadata.resourceVersion]).toEqual([4, '3']);
  });
});

describe('an admission webhook that does not answer', () => {
  const webhook =
    '---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: w }\nwebhooks: [{ name: policy.shop.dev }]\n';
  const unanswered = refusal(
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "policy.shop.dev": connection refused',
  );
  const run = async (manifests: string) => {
    let tries = 0;
    const { deploy, asked } = await deployTo({ 'k8s/a.yaml': manifests }, (each) =>
      isWeb(each) && each.method === 'PATCH' && ++tries < 3 ? unanswered : undefined,
    );
    return { ...(await deploy()), tries: patchesOf(asked).length };
  };

  it('is waited for with a word when the project brings it', async () => {
    const { events, failures, tries } = await run(deployment + webhook);
    expect([failures, tries]).toEqual([[], 3]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'deploy.held',
        reason: "waiting for the project's own admission webhook policy.shop.dev",
      }),
    );
  });

  it('is a failure when it is of others', async () => {
    const { failures, tries } = await run(deployment);
    expect([failures, tries]).toEqual([[expect.objectContaining({ code: 'WEBHOOK_FAILED' })], 1]);
  });
});
