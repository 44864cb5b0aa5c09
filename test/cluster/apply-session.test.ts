import { afterEach, expect, test } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { is, kubectl, now, rockpool, startSession, type TestSession } from './harness.ts';
import { openScreen } from './open-screen.ts';

let project: BareProject | undefined;
let session: TestSession | undefined;
afterEach(async () => {
  await session?.stop();
  await project?.remove();
});

const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n`;

test('a session takes over what it may, and prunes what is taken out while it runs', async () => {
  project = await bareProject({
    'k8s/theirs.yaml': configMap('theirs', '{ a: "1" }'),
    'k8s/ours.yaml': configMap('ours', '{ a: "1" }'),
  });
  const { namespace, dir, get, delete: remove, write } = project;
  await rockpool(['apply', '-n', namespace], { cwd: dir });
  await project.kubectl('delete', 'configmap', 'theirs');
  await project.kubectl('apply', '-f', `${dir}/k8s/theirs.yaml`);

  const refused = await rockpool(['up', '-n', namespace], { cwd: dir });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('made by others: ConfigMap theirs (kubectl apply)');

  session = startSession(project, ['--adopt']);
  const adopted = await session.next(is('resource.adopted'));
  expect(adopted).toMatchObject({
    key: `ConfigMap/${namespace}/theirs`,
    managers: ['kubectl-client-side-apply'],
  });
  await session.next(is('deploy.succeeded'));

  const before = now(session);
  await remove('k8s/ours.yaml');
  await session.next(
    is('resource.pruned', ({ key }) => key.endsWith('/ours')),
    { from: before },
  );
  expect(await get('configmap', 'ours')).toBeUndefined();

  const later = now(session);
  await write('k8s/ours.yaml', configMap('ours', '{ a: "2" }'));
  await session.next(
    is('resource.applied', ({ key }) => key.endsWith('/ours')),
    { from: later },
  );
  await remove('k8s/theirs.yaml');
  const released = await session.next(
    is('resource.pruned', ({ key }) => key.endsWith('/theirs')),
    { from: later },
  );
  expect(released).toMatchObject({ outcome: 'kept', reason: expect.stringContaining('given back') });
  const theirs = await get('configmap', 'theirs');
  expect(theirs.metadata.labels ?? {}).toEqual({});
  expect(session.events.filter(({ type }) => type === 'effect.crashed')).toEqual([]);
});

test('somebody at a terminal is asked once, and nothing is touched before', async () => {
  project = await bareProject({ 'k8s/theirs.yaml': configMap('theirs', '{ a: "1" }') });
  const { namespace, dir, get, kubectl: kube } = project;
  await kubectl('create', 'namespace', namespace);
  await kube('apply', '-f', `${dir}/k8s`);
  const before = (await get('configmap', 'theirs')).metadata;
  const isAsked = (text: string) => text.includes('made by others: ConfigMap theirs (kubectl apply)');

  const refusing = openScreen(project, 160, 30);
  await refusing.seen(isAsked);
  refusing.child.write('n');
  expect(await refusing.exit).toBe(3);
  expect((await get('configmap', 'theirs')).metadata.resourceVersion).toBe(before.resourceVersion);

  const agreeing = openScreen(project, 160, 30);
  await agreeing.seen(isAsked);
  agreeing.child.write('y');
  await kube(
    'wait',
    'configmap/theirs',
    '--for=jsonpath={.metadata.labels.rockpool\\.dev/app}=trial',
    '--timeout=60s',
  );
  agreeing.child.write('q');
  expect(await agreeing.exit).toBe(0);
});
