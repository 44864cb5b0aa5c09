import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { rockpool } from './harness.ts';
import { type PlainSession, startPlainSession } from './plain-session.ts';

/** A bound, not an expectation: machines are slow. */
const WITHIN = { timeout: 60_000, interval: 200 };

let project: BareProject;
let session: PlainSession;

const config = (update = 'auto') => `version: 1
name: synced
images:
  - name: synced/web
    context: web
    update: ${update}
    sync:
      - { from: "src/**", to: /app/src }
      - { from: "src/*.conf", to: /app/src, run: [sh, -c, "cat /app/src/*.conf > /app/src/all.txt"] }
manifests: [k8s]
`;

const dockerfile = `FROM busybox
COPY --chown=1000:1000 src /app/src
RUN chown 1000:1000 /app/src
COPY version /version
USER 1000:1000
CMD ["sh", "-c", "trap exit TERM; touch /tmp/ready; while :; do sleep 0.2; done"]
`;

const workload = (more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: synced/web
          imagePullPolicy: IfNotPresent
          readinessProbe: { periodSeconds: 1, exec: { command: [test, -f, /tmp/ready] } }
${more}`;

beforeAll(async () => {
  project = await bareProject({
    'rockpool.yaml': config(),
    'web/Dockerfile': dockerfile,
    'web/version': '1\n',
    'web/src/page.txt': 'first\n',
    'web/src/parts/one.txt': 'one\n',
    'k8s/web.yaml': workload(),
  });
  await project.kubectl('create', 'namespace', project.namespace);
  await start();
}, 120_000);

afterAll(async () => {
  await session?.stop();
  await project?.remove();
});

async function start(): Promise<void> {
  session = startPlainSession(project as never);
  await waitForCurrent();
}

/** Everything that was saved is live, by rockpool's own word. */
async function waitForCurrent(): Promise<void> {
  await vi.waitUntil(async () => (await status()).code === 0, WITHIN);
  const { code, stdout, stderr } = await rockpool(
    ['wait', '--for', 'current', '--timeout', '120s', '-o', 'json'],
    { cwd: project.dir },
  );
  expect(code, stdout + stderr + session.words().join('\n')).toBe(0);
}

const status = () => rockpool(['status', '-o', 'json'], { cwd: project.dir });

const file = (path: string) =>
  project.kubectl('exec', 'deployment/web', '--', 'cat', path).then(
    (text) => text.trim(),
    (error: Error) => `none: ${error.message}`,
  );

/** What tells one container from the next. */
async function instance(): Promise<string> {
  const { items } = JSON.parse(await project.kubectl('get', 'pods', '-l', 'app=web', '-o', 'json'));
  const alive = items.filter(
    (pod: { metadata: { deletionTimestamp?: string } }) => !pod.metadata.deletionTimestamp,
  );
  expect(alive).toHaveLength(1);
  const { metadata, status } = alive[0];
  return `${metadata.uid} ${status.containerStatuses[0].containerID}`;
}

test('a save goes into the running container, which stays the same', async () => {
  const before = await instance();
  const mark = session.mark();
  await project.write('web/src/page.txt', 'second\n');
  await waitForCurrent();
  expect(await file('/app/src/page.txt')).toBe('second');
  expect(await instance()).toBe(before);
  const said = session.words().slice(mark.words).join('\n');
  expect(said).toMatch(
    /^synced\/web {2}generation 2 synced into its container in .* \(web\/src\/page\.txt\)$/m,
  );
  expect(said).not.toContain('building');
});

test('new, renamed and deleted files follow; modes are kept', async () => {
  const before = await instance();
  await project.write('web/src/new/deep.txt', 'deep\n');
  await chmod(join(project.dir, 'web/src/page.txt'), 0o755);
  await rename(join(project.dir, 'web/src/parts/one.txt'), join(project.dir, 'web/src/parts/two.txt'));
  await waitForCurrent();
  expect(await file('/app/src/new/deep.txt')).toBe('deep');
  expect(await file('/app/src/parts/two.txt')).toBe('one');
  expect(await file('/app/src/parts/one.txt')).toContain('none');
  await project.kubectl('exec', 'deployment/web', '--', 'test', '-x', '/app/src/page.txt');
  await project.delete('web/src/new/deep.txt');
  await waitForCurrent();
  expect(await file('/app/src/new/deep.txt')).toContain('none');
  expect(await instance(), session.words().join('\n')).toBe(before);
});

test('the command of a rule runs after its files are there', async () => {
  await project.write('web/src/a.conf', 'from a\n');
  await waitForCurrent();
  expect(await file('/app/src/all.txt')).toBe('from a');
});

test('a pod that comes later gets the files, too', async () => {
  await project.kubectl('delete', 'pod', '-l', 'app=web', '--wait');
  await waitForCurrent();
  expect(await file('/app/src/page.txt')).toBe('second');
  expect(await file('/app/src/parts/two.txt')).toBe('one');
});

test('a container that ends by itself is replaced by one that has them', async () => {
  const before = await instance();
  await project.kubectl('exec', 'deployment/web', '--', 'kill', '1');
  await vi.waitUntil(async () => (await instance().catch(() => before)) !== before, WITHIN);
  await waitForCurrent();
  expect(await file('/app/src/page.txt')).toBe('second');
});

test('a file that no rule fits is built, with all that was synced', async () => {
  const before = await instance();
  await project.write('web/src/page.txt', 'third\n');
  await project.write('web/version', '2\n');
  await waitForCurrent();
  expect(await file('/version')).toBe('2');
  expect(await file('/app/src/page.txt')).toBe('third');
  expect(await instance()).not.toBe(before);
});

test('what was synced before the session ended does not stay when the source went back', async () => {
  await project.write('web/src/page.txt', 'fourth\n');
  await waitForCurrent();
  expect(await file('/app/src/page.txt')).toBe('fourth');
  await session.stop();
  expect(await file('/app/src/page.txt')).toBe('fourth');
  await project.write('web/src/page.txt', 'third\n');
  await start();
  expect(await file('/app/src/page.txt')).toBe('third');
});

test('nor when `rockpool apply` comes next instead of a session', async () => {
  await project.write('web/src/page.txt', 'fourth\n');
  await waitForCurrent();
  await session.stop();
  await project.write('web/src/page.txt', 'third\n');
  const { code, said } = await project.apply();
  expect(code, said).toBe(0);
  expect(said).toMatch(/^Pod\/web-.* replaced: files of a session were synced into it$/m);
  await vi.waitUntil(async () => (await file('/app/src/page.txt')) === 'third', WITHIN);
  await start();
});

test('where nothing can be written it is said once, and each save is built', async () => {
  await project.write(
    'k8s/web.yaml',
    workload(
      '          securityContext: { readOnlyRootFilesystem: true }\n          volumeMounts: [{ name: tmp, mountPath: /tmp }]\n      volumes: [{ name: tmp, emptyDir: {} }]\n',
    ),
  );
  await waitForCurrent();
  const mark = session.mark();
  for (const text of ['fifth', 'sixth']) {
    await project.write('web/src/page.txt', `${text}\n`);
    await waitForCurrent();
    expect(await file('/app/src/page.txt')).toBe(text);
  }
  const refusals = session
    .words()
    .slice(mark.words)
    .filter((line) => line.includes('its user may not write there'));
  expect(refusals, session.words().join('\n')).toHaveLength(1);
});

test('an image that is to be rolled is built for every save', async () => {
  await project.write('rockpool.yaml', config('roll'));
  await waitForCurrent();
  const mark = session.mark();
  await project.write('web/src/page.txt', 'seventh\n');
  await waitForCurrent();
  expect(session.words().slice(mark.words).join('\n')).not.toContain('synced into');
});
