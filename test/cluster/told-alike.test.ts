import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Failure } from '../../src/session/failure.ts';
import { type BareProject, bareProject } from './bare-project.ts';
import { rockpool } from './harness.ts';
import { type PlainSession, startPlainSession } from './plain-session.ts';

let project: BareProject;
let session: PlainSession;

beforeAll(async () => {
  project = await bareProject({
    'rockpool.yaml': 'version: 1\nname: told\nimages: [{ name: told/box, context: box }]\nmanifests: [k8s]\n',
    'box/Dockerfile': 'FROM busybox\nCMD ["sleep", "3600"]\n',
    'k8s/front.yaml': front('first'),
  });
  await project.kubectl('create', 'namespace', project.namespace);
  session = startPlainSession(project as never);
  await session.said(/^front {2}ready/);
}, 120_000);

afterAll(async () => {
  await session?.stop();
  await project?.remove();
});

function front(version: string, command = 'touch /tmp/ready; sleep 3600'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
spec:
  selector: { matchLabels: { app: front } }
  template:
    metadata:
      labels: { app: front }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: main
          image: told/box
          imagePullPolicy: IfNotPresent
          env: [{ name: VERSION, value: "${version}" }]
          command: [sh, -c, "${command}"]
          # One that crashes is never ready, not even for a moment: its rollout does not end.
          readinessProbe: { periodSeconds: 1, exec: { command: [test, -f, /tmp/ready] } }
`;
}

const QUOTA = `apiVersion: v1
kind: ResourceQuota
metadata:
  name: few
spec:
  hard: { pods: "1" }
`;

interface Told {
  readonly outcome?: string;
  readonly failures: readonly Failure[];
}

async function ask(...args: string[]): Promise<Told> {
  const { stdout, stderr } = await rockpool([...args, '-o', 'json'], { cwd: project.dir });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Told;
}

const waitForCurrent = () => ask('wait', '--for', 'current', '--timeout', '180s');
const codes = ({ failures }: Told) => failures.map(({ code }) => code);

test('a quota is told alike in wait, status and lines while older pods serve, and is gone with its cause', async () => {
  await project.write('k8s/quota.yaml', QUOTA);
  expect((await waitForCurrent()).outcome).toBe('current');
  const before = session.mark();
  await project.write('k8s/front.yaml', front('second'));
  const waited = await waitForCurrent();
  const status = await ask('status');
  expect(codes(waited)).toEqual(['QUOTA_EXCEEDED']);
  expect(status.failures).toEqual(waited.failures);
  await session.said(/The quota few does not let the pods of Deployment front be made: pods 1 of 1 used/, {
    after: before,
    timeout: 1000,
  });

  const broken = session.mark();
  await project.delete('k8s/quota.yaml');
  expect(await waitForCurrent()).toMatchObject({ outcome: 'current', failures: [] });
  expect((await ask('status')).failures).toEqual([]);
  await session.said(/^front {2}ready/, { after: broken });
  await project.kubectl('delete', 'deployment', 'front', '--wait');
  await project.write('k8s/front.yaml', front('third'));
  expect((await waitForCurrent()).outcome).toBe('current');
  expect(session.words().slice(broken.words).join('\n')).not.toContain('quota few');
}, 400_000);

test('a crash is first told with the last lines of its container, and that it is over', async () => {
  const before = session.mark();
  await project.write('k8s/front.yaml', front('fourth', 'echo about to fail; exit 3'));
  const waited = await waitForCurrent();
  expect(waited.failures[0]).toMatchObject({ output: 'about to fail' });
  await sleep(500);
  const words = session.words().slice(before.words);
  const at = words.findIndex((line) => /^Deployment\/front {2}The container main/.test(line));
  expect(words.slice(at, at + 4).join('\n')).toContain('| about to fail');
  expect(
    words.filter((line) => line.includes('| about to fail')),
    words.join('\n'),
  ).toHaveLength(1);

  const broken = session.mark();
  await project.write('k8s/front.yaml', front('third'));
  expect((await waitForCurrent()).outcome).toBe('current');
  await session.said(/^front {2}ready again/, { after: broken, timeout: 5000 });
}, 300_000);
