import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  copyProject,
  is,
  kubectl,
  repo,
  rockpool,
  startSession,
  type TestProject,
  type TestSession,
} from './harness.ts';
import { openScreen } from './open-screen.ts';
import { ownImages } from './own-images.ts';

let project: TestProject;
let sessions: TestSession[] = [];

const run = (...args: string[]) => rockpool([...args, '-n', project.namespace], { cwd: project.dir });
const inNamespace = (...args: string[]) => kubectl('-n', project.namespace, ...args);
const names = async (kinds: string) => (await inNamespace('get', kinds, '-o', 'name')).trim();
const replicas = async (workload: string) =>
  Number(await inNamespace('get', workload, '-o', 'jsonpath={.spec.replicas}'));
const holder = () => inNamespace('get', 'leases', '-o', 'jsonpath={.items[*].spec.holderIdentity}');

function start(...args: string[]): TestSession {
  const session = startSession(project, args);
  sessions.push(session);
  return session;
}

/** The first deploy in which nothing waited for an image any more. */
const deployed = (session: TestSession) =>
  session.next((event) => {
    if (event.type !== 'deploy.succeeded') return false;
    const rendered = session.events.filter(is('manifests.rendered', ({ seq }) => seq < event.seq)).at(-1);
    return rendered?.held.length === 0;
  });

afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop()));
  sessions = [];
  await run('down', '--volumes', '--takeover');
  await project.remove();
});

describe('the shop', () => {
  beforeEach(async () => {
    project = await copyProject('templates/shop');
    const config = await readFile(join(project.dir, 'rockpool.yaml'), 'utf8');
    await project.write('rockpool.yaml', config.replace(/local: \d+/g, 'local: auto'));
    await ownImages(project, ['k8s/web.yaml.liquid', 'k8s/api.yaml.liquid', 'k8s/worker.yaml.liquid']);
    expect((await run('apply')).code).toBe(0);
    await databaseIsReady();
  });

  const databaseIsReady = () =>
    inNamespace('wait', 'statefulset/db', '--for=jsonpath={.status.readyReplicas}=1', '--timeout=90s');

  /** Redis has the password in its environment. */
  const redis = async (...command: string[]) => {
    const shell = `redis-cli -a "$REDIS_PASSWORD" --no-auth-warning ${command.join(' ')}`;
    return (await inNamespace('exec', 'db-0', '--', 'sh', '-c', shell)).trim();
  };

  test('stop, then up: the same replicas, whoever had set them, and the data is there', async () => {
    await inNamespace('scale', 'deployment/api', '--replicas=3');
    await inNamespace('scale', 'deployment/web', '--replicas=2');
    expect(await redis('SET', 'kept', 'value')).toBe('OK');
    const stopped = await run('stop');
    expect({ code: stopped.code, stderr: stopped.stderr }).toMatchObject({ code: 0 });
    expect(stopped.stderr).toContain('stopped: it had 3 replicas');
    expect(await names('pods')).toBe('');
    expect(await names('services,configmaps,secrets,pvc')).toMatch(/service\/web[\s\S]*claim\/data-db-0/);
    expect((await run('stop')).stderr).toContain('is stopped already');
    await deployed(start());
    expect(await Promise.all(['deployment/api', 'deployment/web', 'statefulset/db'].map(replicas))).toEqual([
      3, 2, 1,
    ]);
    await databaseIsReady();
    expect(await redis('GET', 'kept')).toBe('value');
    expect(await names('leases')).toContain('rockpool-shop');
    await sessions[0]?.stop();
    expect(await names('leases')).toBe('');
  });

  test('stop, then a manifest that says another number: that one counts', async () => {
    expect((await run('stop')).code).toBe(0);
    await project.edit('rockpool.yaml', 'replicas: 1', 'replicas: 2');
    expect((await run('apply')).code).toBe(0);
    expect(await replicas('deployment/web')).toBe(2);
  });

  test('down leaves what is not ours, and volumes; --volumes takes those of the StatefulSet too', async () => {
    await inNamespace('create', 'configmap', 'foreign', '--from-literal=a=b');
    await project.write('k8s/broken.yaml.liquid', 'a: {{ values.none }}\n');
    const told = await run('down', '--dry-run');
    expect(told.stderr).toContain(`Deployment/${project.namespace}/web  would be deleted`);
    expect(await names('deployments')).toContain('web');
    const { code, stderr } = await run('down');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('do not render') });
    expect(await names('all')).toBe('');
    const kept = ['configmap/foreign', 'configmap/kube-root-ca.crt', 'persistentvolumeclaim/data-db-0'];
    expect((await names('configmaps,secrets,pvc')).split('\n').sort()).toEqual(
      // The set is known as long as something of it is left: the claim is the StatefulSet's.
      kept,
    );
    await project.write('k8s/broken.yaml.liquid', '');
    expect((await run('down', '--volumes')).stderr).toContain('data-db-0  deleted');
    expect((await names('configmaps,secrets,pvc')).split('\n').sort()).toEqual(kept.slice(0, 2));
  });

  test('a stop that is killed half-way is put back whole', async () => {
    await inNamespace('scale', 'deployment/api', '--replicas=2');
    for (const delay of [150, 300, 350, 400, 450, 500]) {
      const args = [join(repo, 'bin', 'rockpool.js'), 'stop', '-n', project.namespace];
      const child = spawn(process.execPath, args, { cwd: project.dir, stdio: 'ignore' });
      const ended = once(child, 'exit');
      await sleep(delay);
      child.kill('SIGKILL');
      await ended;
    }
    expect((await run('apply')).code).toBe(0);
    expect(await Promise.all(['deployment/api', 'deployment/web', 'statefulset/db'].map(replicas))).toEqual([
      2, 1, 1,
    ]);
  });
});

describe('a database', () => {
  const set = (more = '') => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  ${more}
  template:
    metadata: { labels: { app: db } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - { name: db, image: busybox, imagePullPolicy: Never, command: [sleep, '9999'], volumeMounts: [{ name: data, mountPath: /d }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
`;
  const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data-db-0, labels: { app: db } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
`;

  beforeEach(async () => {
    project = await copyProject('test/fixtures/page');
    await project.write('rockpool.yaml', 'version: 1\nname: page\nmanifests: [k8s/db.yaml]\n');
    await project.write('k8s/db.yaml', set());
    await kubectl('create', 'namespace', project.namespace);
  });

  const claimIsThere = async () =>
    expect(
      await inNamespace(
        'get',
        'pvc',
        'data-db-0',
        '-o',
        'jsonpath={.metadata.name} {.metadata.deletionTimestamp}',
      ),
    ).toBe('data-db-0 ');

  test('down --volumes keeps a volume claim that was there before, bound by the StatefulSet or not', async () => {
    await project.write('claim.yaml', claim);
    await inNamespace('apply', '-f', join(project.dir, 'claim.yaml'));
    const first = await run('down', '--volumes');
    expect(first.stderr).toContain(`kubectl delete pvc data-db-0 -n ${project.namespace}`);
    await claimIsThere();
    expect((await run('apply')).code).toBe(0);
    await inNamespace('wait', 'pvc/data-db-0', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s');
    const second = await run('down', '--volumes');
    expect(second.stderr).toContain(`kubectl delete pvc data-db-0 -n ${project.namespace}`);
    await claimIsThere();
  });

  test('down keeps the volume of a StatefulSet that says it goes with it, also when no controller lets it go', async () => {
    await project.write('k8s/db.yaml', set('persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete }'));
    expect((await run('apply')).code).toBe(0);
    const owned = '--for=jsonpath={.metadata.ownerReferences[0].kind}=StatefulSet';
    await inNamespace('wait', 'pvc', 'data-db-0', '--for=create', '--timeout=60s');
    await inNamespace('wait', 'pvc/data-db-0', owned, '--timeout=60s');
    await inNamespace('wait', 'pvc/data-db-0', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s');
    await project.write('policy.yaml', noControllers(project.namespace));
    const policy = join(project.dir, 'policy.yaml');
    await kubectl('apply', '-f', policy);
    try {
      await policyHolds();
      const { code, stderr } = await run('down');
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('data-db-0  kept') });
      await claimIsThere();
    } finally {
      await kubectl('delete', '-f', policy);
    }
    expect((await run('down', '--volumes')).stderr).toContain('data-db-0  deleted');
  });

  test('down keeps what the project has from another namespace, and stop what only carries the label', async () => {
    const other = `${project.namespace}-2`;
    const role = `clusterrole/${project.namespace}`;
    const kind = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole';
    await project.write('k8s/db.yaml', `${kind}\nmetadata: { name: ${project.namespace} }\nrules: []\n`);
    await kubectl('create', 'namespace', other);
    try {
      expect((await run('apply')).code).toBe(0);
      expect((await rockpool(['apply', '-n', other], { cwd: project.dir })).code).toBe(0);
      const label = 'rockpool.dev/app=page';
      const pod = [
        '--image=busybox',
        '--image-pull-policy=Never',
        `--labels=${label}`,
        '--',
        'sleep',
        '9999',
      ];
      await inNamespace('run', 'dbg', ...pod);
      expect((await run('stop')).stderr).toContain('Nothing of page runs');
      expect(await names('pods')).toBe('pod/dbg');
      expect((await run('down')).stderr).toContain('in another namespace');
      expect((await kubectl('get', role, '-o', 'name')).trim()).toContain(project.namespace);
      const last = await rockpool(['down', '-n', other], { cwd: project.dir });
      expect(last.stderr).toMatch(/ClusterRole\/\/\S+ {2}deleted/);
    } finally {
      await kubectl('delete', role, '--ignore-not-found');
      await kubectl('delete', 'namespace', other, '--wait=false');
    }
  });

  /** The apiserver takes a moment to know a policy. */
  async function policyHolds(): Promise<void> {
    const label = ['label', 'pvc', 'data-db-0', 'a=b', '--overwrite', '--dry-run=server'];
    const as = ['--as=system:serviceaccount:kube-system:statefulset-controller', '--as-group=system:masters'];
    for (let tries = 0; tries < 100; tries++) {
      const refused = await inNamespace(...label, ...as).then(
        () => false,
        () => true,
      );
      if (refused) return;
      await sleep(100);
    }
    throw new Error('the policy does not hold');
  }

  /** Controllers may not change volume claims: they look as if they were away. */
  const noControllers = (namespace: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: ${namespace} }
spec:
  matchConstraints:
    namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }
    resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [UPDATE], resources: [persistentvolumeclaims] }]
  validations:
    - expression: "!request.userInfo.username.startsWith('system:serviceaccount:kube-system:') && request.userInfo.username != 'system:kube-controller-manager'"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: ${namespace} }
spec: { policyName: ${namespace}, validationActions: [Deny] }
`;
});

describe('a session', () => {
  beforeEach(async () => {
    project = await copyProject('test/fixtures/page');
    await ownImages(project, ['k8s/web.yaml.liquid']);
  });

  const onExit = (what: string) => project.edit('rockpool.yaml', 'name: page', `name: page\nonExit: ${what}`);
  const ready = (text: string) => /web .*ready .*1\/1/.test(text);

  test.each([
    ['q', 'stop', 0],
    ['\x03', 'stop', 130],
    ['\x03', 'down', 130],
    ['q', 'keep', 0],
  ])('that ends by key %j does onExit: %s', async (key, what, code) => {
    await onExit(what);
    const screen = openScreen(project, 100, 30);
    await screen.seen(ready);
    screen.child.write(key);
    expect(await screen.exit).toBe(code);
    const pods = { keep: /^pod\/web-\S+$/, stop: /^$/, down: /^$/ }[what];
    expect(await names('pods')).toMatch(pods as RegExp);
    expect(await names('deployments')).toBe(what === 'down' ? '' : 'deployment.apps/web');
    expect(screen.written().includes(`onExit: ${what}`)).toBe(what !== 'keep');
  });

  test('a second Ctrl-C leaves at once and says what is left', async () => {
    await onExit('stop');
    await project.edit('web/server.mjs', 'process.exit(0)', '');
    await project.edit('k8s/web.yaml.liquid', 'Seconds: 2', 'Seconds: 40');
    const screen = openScreen(project, 100, 30);
    await screen.seen(ready);
    screen.child.write('\x03');
    await screen.seen((text) => text.includes('waiting for 1 pod'));
    screen.child.write('\x03');
    expect(await screen.exit).toBe(130);
    expect(screen.written()).toMatch(/Not all was done at the end: `\S*rockpool\S* stop/);
    expect(await names('pods')).toMatch(/^pod\/web-/);
    await inNamespace('delete', 'pods', '--all', '--force', '--grace-period=0');
  });

  test('a closed terminal counts as an end, too', async () => {
    const session = start('--on-exit', 'stop');
    await deployed(session);
    expect(await session.stop('SIGHUP')).toBe(129);
    expect(await replicas('deployment/web')).toBe(0);
    expect(session.stderr()).not.toContain('onExit');
  });

  test('a second one is refused and told who is there; a takeover ends the first and leaves the cluster as it is', async () => {
    await onExit('down');
    const first = start();
    await deployed(first);
    const me = `pid ${first.child.pid} (${project.dir})`;
    for (const command of [['up', '--output', 'plain'], ['stop'], ['down']]) {
      const refused = await run(...command);
      expect({ command, code: refused.code }).toEqual({ command, code: 3 });
      expect(refused.stderr).toContain(me);
      expect(refused.stderr).toContain('--takeover');
    }
    const before = await names('pods');
    const ended = once(first.child, 'exit');
    const second = start('--takeover');
    await first.next(is('lease.lost'));
    expect(await ended).toEqual([1, null]);
    expect(first.stderr()).toContain(`pid ${second.child.pid} `);
    await deployed(second);
    expect(await names('pods')).toBe(before);
    expect(await holder()).toContain(`pid ${second.child.pid} `);
  });

  test('at a terminal the second one asks, and takes over by key', async () => {
    const first = start();
    await deployed(first);
    const screen = openScreen(project, 120, 30);
    await screen.seen((text) => text.includes('is held by') && text.includes('[t]'));
    screen.child.write('t');
    await first.next(is('lease.lost'));
    await screen.seen(ready);
    screen.child.write('q');
    expect(await screen.exit).toBe(0);
  });
});
