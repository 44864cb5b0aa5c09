import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BareProject, bareProject } from './bare-project.ts';
import { rockpool } from './harness.ts';
import { type PlainSession, startPlainSession } from './plain-session.ts';

let project: BareProject;
let session: PlainSession;

const WITHIN = { timeout: 60_000, interval: 200 };

/** A program that its own watcher starts again at each save, as development servers do. */
const files = (reply: string) =>
  `require('node:http').createServer((_, answer) => answer.end(${reply})).listen(8080);\n`;

beforeAll(async () => {
  project = await bareProject({
    'rockpool.yaml': `version: 1
name: reload
images: [{ name: reload/web, context: web, sync: [{ from: "src/**", to: /app/src }] }]
manifests: [k8s]
`,
    'web/Dockerfile': `FROM node:24-slim
COPY --chown=1000:1000 src /app/src
RUN chown 1000:1000 /app/src
USER 1000:1000
CMD ["node", "--watch", "/app/src/main.js"]
`,
    'web/src/main.js': files("'first'"),
    'k8s/web.yaml': `apiVersion: apps/v1
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
          image: reload/web
          imagePullPolicy: IfNotPresent
          ports: [{ containerPort: 8080 }]
          readinessProbe: { periodSeconds: 1, httpGet: { path: /, port: 8080 } }
`,
  });
  await project.kubectl('create', 'namespace', project.namespace);
  session = startPlainSession(project as never);
  await vi.waitUntil(async () => (await rockpool(['status'], { cwd: project.dir })).code === 0, WITHIN);
  expect((await wait()).outcome).toBe('current');
}, 120_000);

afterAll(async () => {
  await session?.stop();
  await project?.remove();
});

async function wait(): Promise<{ outcome: string; failures: { code: string; message: string }[] }> {
  const args = ['wait', '--for', 'current', '--timeout', '90s', '-o', 'json'];
  const { stdout, stderr } = await rockpool(args, { cwd: project.dir });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const answer = () =>
  project
    .kubectl(
      'exec',
      'deployment/web',
      '--',
      'node',
      '-e',
      "fetch('http://127.0.0.1:8080').then(async (a) => console.log(await a.text()))",
    )
    .then((text) => text.trim());

test('a broken save is never told to be live, and the good one after it is not told to be broken', async () => {
  for (const round of ['second', 'third']) {
    await project.write('web/src/main.js', `${files(`'${round}'`)}const x = ;\n`);
    const broken = await wait();
    expect(broken.outcome, JSON.stringify(broken.failures)).toBe('failed');
    await project.write('web/src/main.js', files(`'${round}'`));
    const mended = await wait();
    expect(mended.outcome, JSON.stringify(mended.failures)).toBe('current');
    expect(await answer()).toBe(round);
  }
});

test('`rockpool apply` beside the session, after a sync, leaves it current', async () => {
  await project.write('web/src/main.js', files("'applied'"));
  expect((await wait()).outcome).toBe('current');
  const applied = await project.apply();
  expect(applied.code, applied.said).toBe(0);
  expect((await wait()).outcome).toBe('current');
  expect(await answer()).toBe('applied');
  const { stdout } = await rockpool(['status', '-o', 'json'], { cwd: project.dir });
  expect(JSON.parse(stdout).images[0].state).toBe('live');
});
