import { describe, expect, it } from 'vitest';
import { deployTo } from './deploy-to.ts';
import { type Answer, type Asked, refusal } from './scripted-apiserver.ts';

const manifest =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1, paused: true }\n';
const conflict = (field: string, manager: string) => ({
  field: `.${field}`,
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}" using apps/v1`,
});
const live = (annotations = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    uid: 'u1',
    resourceVersion: '7',
    labels: { 'rockpool.dev/app': 'shop' },
    annotations: { 'rockpool.dev/replicas': '1', ...annotations },
  },
  spec: { replicas: 3 },
});
const isPatch = ({ method, url }: Asked) => method === 'PATCH' && url.includes('/deployments/web');

/** A live Deployment on which the managers set fields to other values. */
function conflicting(causes: object[], object: object = live()) {
  return (asked: Asked): Answer | undefined => {
    if (!asked.url.includes('/deployments/web')) return undefined;
    if (asked.method === 'GET') return { body: object };
    return asked.url.includes('force=false') && causes.length > 0
      ? refusal(409, 'Conflict', 'conflict', causes)
      : { body: object };
  };
}

const deploy = async (script: (asked: Asked) => Answer | undefined) => {
  const { deploy, asked } = await deployTo({ 'k8s/a.yaml': manifest }, script);
  const { events, failures } = await deploy();
  const warnings = events.flatMap((event) => (event.type === 'resource.applied' ? event.warnings : []));
  return { warnings, failures, patches: asked.filter(isPatch) };
};

describe('an object of the project', () => {
  it('gets back what was changed by hand, with a word, and only as it was seen', async () => {
    const { warnings, failures, patches } = await deploy(
      conflicting([conflict('spec.paused', 'kubectl-edit')]),
    );
    expect(failures).toEqual([]);
    expect(warnings).toEqual(["kubectl edit had changed spec.paused: the manifest's value is back"]);
    expect(patches).toHaveLength(2);
    expect(patches[1]?.url).toContain('force=true');
    expect(patches[1]?.body).toMatchObject({ metadata: { resourceVersion: '7' }, spec: { replicas: 1 } });
  });

  it('keeps the count that it was scaled to', async () => {
    const { warnings, patches } = await deploy(
      conflicting([conflict('spec.replicas', 'kubectl"  with subresource "scale')]),
    );
    expect(patches[1]?.body).toMatchObject({
      metadata: { annotations: { 'rockpool.dev/replicas': '1' } },
      spec: { paused: true },
    });
    expect(patches[1]?.body).not.toHaveProperty('spec.replicas');
    expect(warnings).toEqual([
      'kubectl scale set spec.replicas to 3: it stays so until the manifest says something else than 1',
    ]);
  });

  it('gets the count of a manifest that changed', async () => {
    const { patches } = await deploy(
      conflicting([conflict('spec.replicas', 'kubectl')], live({ 'rockpool.dev/replicas': '2' })),
    );
    expect(patches[1]?.body).toMatchObject({ spec: { replicas: 1 } });
  });

  it('is not forced upon a controller', async () => {
    const { failures, patches } = await deploy(
      conflicting([conflict('spec.paused', 'kubectl-edit'), conflict('spec.replicas', 'vpa-updater')]),
    );
    expect(patches).toHaveLength(1);
    expect(failures).toMatchObject([
      {
        code: 'APPLY_CONFLICT',
        message: 'vpa-updater set spec.replicas of Deployment web to other values',
        hint: expect.stringContaining('leave them out'),
      },
    ]);
  });

  it('is looked at anew when somebody changed it between the look and the force', async () => {
    let forced = 0;
    const script = conflicting([conflict('spec.paused', 'kubectl-edit')]);
    const { failures, patches } = await deploy((asked) =>
      asked.url.includes('force=true') && ++forced === 1
        ? refusal(409, 'Conflict', 'the object has been modified')
        : script(asked),
    );
    expect(failures).toEqual([]);
    expect(patches).toHaveLength(4);
  });

  it('that never rests is a failure', async () => {
    const script = conflicting([conflict('spec.paused', 'kubectl-edit')]);
    const { failures, patches } = await deploy((asked) =>
      asked.url.includes('force=true')
        ? refusal(409, 'Conflict', 'the object has been modified')
        : script(asked),
    );
    expect(failures).toMatchObject([{ code: 'APPLY_FAILED' }]);
    expect(patches).toHaveLength(10);
  });
});

describe('what others made', () => {
  const foreign = { ...live(), metadata: { uid: 'u1', resourceVersion: '7', annotations: {} } };

  it('is left alone, and told in one failure', async () => {
    const { failures, patches } = await deploy(conflicting([], foreign));
    expect(patches).toEqual([]);
    expect(failures).toMatchObject([
      {
        code: 'NOT_OURS',
        message:
          'an object of the manifests is already in the cluster and made by others: Deployment web (somebody)',
        command: 'rockpool up --adopt',
      },
    ]);
  });
});
