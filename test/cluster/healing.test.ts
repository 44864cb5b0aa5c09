import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { startApiserverGateway } from './apiserver-gateway.ts';
import { daemonOf } from './daemons.ts';
import { copyProject, kubectl, type TestProject, untilAnswer } from './harness.ts';
import { type PlainSession, startPlainSession } from './plain-session.ts';

/** So long the apiserver is away, in ms. */
const AWAY = 20_000;
const LOST = /^cluster {2}the apiserver at https:\S+ does not answer: /;
const FOUND = /^cluster {2}answers again$/;

let project: TestProject;
let session: PlainSession;
let url: string;

beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
});

afterEach(async () => {
  await session?.stop();
  await project?.remove();
});

/** The project is up and its forward answers. */
async function begin(args: readonly string[] = []): Promise<void> {
  // Content that no earlier run has left in the daemon.
  const first = randomUUID();
  await save(first);
  session = startPlainSession(project, args);
  await session.said(/^web {2}http:/);
  const port = session.words().flatMap((line) => /^web {2}http:\/\/localhost:(\d+)/.exec(line)?.[1] ?? [])[0];
  url = `http://127.0.0.1:${port}/`;
  await serves(first);
}

const save = (text: string) => project.write('web/www/index.html', `${text}\n`);
const serves = (text: string) => untilAnswer(url, (body) => body.trim() === text, 60_000);

/** A kubeconfig whose cluster is reached through something that a test has in hand. */
async function through<T extends { readonly port: number; close(): Promise<void> }>(
  start: (server: URL) => Promise<T>,
): Promise<{ proxy: T; args: string[] }> {
  const text = await readFile(process.env['KUBECONFIG'] ?? '', 'utf8');
  const proxy = await start(new URL(/server: (\S+)/.exec(text)?.[1] ?? ''));
  onTestFinished(() => proxy.close());
  const kubeconfig = join(project.dir, '.kubeconfig');
  await writeFile(kubeconfig, text.replace(/server: \S+/, `server: https://127.0.0.1:${proxy.port}`));
  return { proxy, args: ['--kubeconfig', kubeconfig] };
}

const throughProxy = () => through(({ hostname, port }) => startTcpProxy(hostname, Number(port)));

/** The log lines of each pod count up by one from its first: none lost, none twice, each pod to its end. */
function expectEveryLineOnce(): void {
  const last = new Map<string, number>();
  for (const line of session.logs()) {
    const [, pod = '', number] = /^(\S+) web line (\d+) of /.exec(line) ?? [];
    if (number === undefined) continue;
    expect(`${pod} ${number}`).toBe(`${pod} ${(last.get(pod) ?? 0) + 1}`);
    last.set(pod, Number(number));
  }
  expect(last.size).toBeGreaterThan(0);
}

describe('the way to the apiserver', () => {
  test('cut: everything goes on, and no line is lost', async () => {
    const { proxy, args } = await throughProxy();
    await begin(args);
    for (let time = 0; time < 3; time += 1) {
      proxy.cut();
      const text = randomUUID();
      await save(text);
      await serves(text);
    }
    const mark = session.mark();
    await session.said(/^\S+ web line/, { after: mark });
    expectEveryLineOnce();
  });

  test('swallowed by the network, then there again: said, held, and done at once', async () => {
    const { proxy, args } = await throughProxy();
    await begin(args);
    proxy.swallowAll();
    const text = randomUUID();
    await save(text);
    await session.said(LOST);
    await session.said(/^manifests {2}waiting for the apiserver at https:/);
    await session.said(/^hello\/web {2}built in/);
    proxy.restore();
    await session.said(FOUND);
    await serves(text);
    expectEveryLineOnce();
  });

  test('dead for what is open, as after a change of network: new connections take over, nothing is said', async () => {
    const { proxy, args } = await throughProxy();
    await begin(args);
    const mark = session.mark();
    proxy.swallow();
    const text = randomUUID();
    await save(text);
    await serves(text);
    await session.said(/^\S+ web line/, { after: mark });
    expect(session.words().filter((line) => LOST.test(line))).toEqual([]);
    expectEveryLineOnce();
  });

  test('dead for the watches alone, while logs come: noticed when the watches should have ended', async () => {
    const { proxy, args } = await throughProxy();
    await project.edit('rockpool.yaml', 'replicas: 1', 'replicas: 2');
    await begin(args);
    await session.said(/^web {2}ready/);
    await sleep(4000);
    expect(proxy.swallow(3000)).toBeGreaterThan(3);
    const [pod = ''] = (await kubectl('get', 'pods', '-n', project.namespace, '-o', 'name')).split('\n');
    const mark = session.mark();
    await kubectl('delete', pod, '-n', project.namespace, '--wait=false');
    await session.said(/^\S+ web started/, { after: mark, timeout: 80_000 });
    expectEveryLineOnce();
  });
});

test('410 Gone: what the apiserver has forgotten is listed again, and nothing is missed', async () => {
  const { proxy, args } = await through(startApiserverGateway);
  await begin(args);
  await session.said(/^web {2}ready/);
  proxy.expire();
  const text = randomUUID();
  await save(text);
  await serves(text);
  await expect.poll(() => proxy.gone(), { timeout: 20_000 }).toBeGreaterThan(3);
  const mark = session.mark();
  const after = randomUUID();
  await save(after);
  await serves(after);
  await session.said(/^web {2}ready: generation 3 live/, { after: mark });
  expect(session.words().filter((line) => LOST.test(line))).toEqual([]);
  expectEveryLineOnce();
});

describe('a session that was stopped for a minute', () => {
  test('says so, and ends in what was saved meanwhile', async () => {
    await begin();
    process.kill(session.pid, 'SIGSTOP');
    await sleep(3000);
    const text = randomUUID();
    await save(text);
    await sleep(57_000);
    process.kill(session.pid, 'SIGCONT');
    await session.said(/^session {2}the machine slept for (5\d s|1 min): everything is looked at again$/);
    await serves(text);
    expectEveryLineOnce();
  });
});

// What follows stops daemons of this machine.
describe.skipIf(process.env['ROCKPOOL_TEST_CONTEXT'])('the apiserver stopped for 20 s', () => {
  const phases: [string, (text: string) => Promise<void>][] = [
    ['idle', async () => {}],
    [
      'building',
      async () => {
        await project.edit(
          'web/Dockerfile',
          /COPY www.*/,
          `COPY www /www\nRUN sleep 4; echo ${randomUUID()}`,
        );
        await session.said(/building generation/, { after: session.mark() });
      },
    ],
    [
      'applying',
      async () => {
        await project.write('k8s/many.yaml', Array.from({ length: 150 }, manyOf(randomUUID())).join('---\n'));
        await session.said(/^ConfigMap\/many-\d+ {2}created/);
      },
    ],
    [
      'rolling out',
      async (text) => {
        const after = session.mark();
        await save(text);
        await session.said(/^Deployment\/web {2}changed/, { after });
      },
    ],
  ];

  test.each(phases)('%s: goes on by itself, and ends in the newest content', async (_, enter) => {
    const apiserver = await daemonOf('kube-apiserver');
    onTestFinished(() => apiserver.restore());
    await begin();
    await enter(randomUUID());
    apiserver.pause();
    const text = randomUUID();
    await save(text);
    await sleep(AWAY);
    apiserver.goOn();
    await session.said(LOST);
    await session.said(FOUND);
    await serves(text);
    expectEveryLineOnce();
  });

  const manyOf = (text: string) => (_: unknown, index: number) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: many-${index} }\ndata: { text: ${text} }\n`;
});

describe.skipIf(process.env['ROCKPOOL_TEST_CONTEXT'])('daemons that are killed and started again', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'dockerd by %s in mid-build: the build is done anew',
    async (signal) => {
      const dockerd = await daemonOf('dockerd');
      onTestFinished(() => dockerd.restore());
      await begin();
      const after = session.mark();
      await project.edit('web/Dockerfile', /COPY www.*/, `COPY www /www\nRUN sleep 6; echo ${randomUUID()}`);
      await session.said(/building generation/, { after });
      await sleep(2000);
      await dockerd.end(signal);
      await session.said(/^hello\/web {2}waiting for the Docker daemon at \S+; tried again every 3 s$/, {
        after,
      });
      const text = randomUUID();
      await save(text);
      await dockerd.start();
      await serves(text);
      expect(session.words().filter((line) => /ended with exit code/.test(line))).toEqual([]);
    },
  );

  test('apiserver, etcd and kubelet: observed again, forwards work, no line is lost or comes twice', async () => {
    const names = ['kube-apiserver', 'etcd', 'kubelet'] as const;
    const daemons = await Promise.all(names.map(daemonOf));
    const [apiserver, etcd, kubelet] = daemons;
    onTestFinished(async () => {
      for (const daemon of [etcd, apiserver, kubelet]) await daemon?.restore();
    });
    await begin();
    for (const daemon of daemons) await daemon.end('SIGKILL');
    await session.said(LOST);
    const text = randomUUID();
    await save(text);
    for (const daemon of [etcd, apiserver, kubelet]) await daemon?.start();
    await session.said(FOUND);
    await serves(text);
    const mark = session.mark();
    await session.said(/^\S+ web line/, { after: mark });
    expectEveryLineOnce();
  });
});
