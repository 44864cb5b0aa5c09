import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { execInPod } from '../../../../src/kube/exec-stream.ts';
import { openPortForward } from '../../../../src/kube/port-forward-stream.ts';
import { isReady, openKubelet } from './open-kubelet.ts';

const { signal } = new AbortController();
type Cluster = Awaited<ReturnType<typeof openKubelet>>;

async function logOf({ client }: Cluster, query: object, pod = 'web', until = signal): Promise<string> {
  const bytes: Uint8Array[] = [];
  const request = { method: 'GET', path: `/api/v1/namespaces/shop/pods/${pod}/log`, query } as const;
  for await (const chunk of await client.stream({ ...request, signal: until } as never)) bytes.push(chunk);
  return Buffer.concat(bytes).toString();
}

const sh = (script: string, more: object = {}) => ({
  name: 'c',
  image: 'app:1',
  command: ['sh', '-c', script],
  ...more,
});

test('log: tail, limit, timestamps, since, follow to the end', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', {
    restartPolicy: 'Never',
    containers: [sh('for i in 1 2 3; do echo line $i; done; sleep 0.5; echo last; printf unended')],
  });
  await cluster.until('web', ({ status }) => status?.phase !== 'Pending');
  expect(await logOf(cluster, { follow: true })).toBe('line 1\nline 2\nline 3\nlast\nunended');
  expect(await logOf(cluster, { tailLines: 2 })).toBe('last\nunended');
  expect(await logOf(cluster, { tailLines: 0 })).toBe('');
  expect(await logOf(cluster, { limitBytes: 9 })).toBe('line 1\nli');
  expect(await logOf(cluster, { timestamps: true, tailLines: 2 })).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z last\n\S+ unended$/,
  );
  expect(await logOf(cluster, { sinceSeconds: 3600 })).toContain('line 1');
  expect(await logOf(cluster, { sinceTime: new Date(Date.now() + 60_000).toISOString() })).toBe('');
});

test('log: what cannot be shown is said in the kubelet’s words', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  const b = { ...sh('exec sleep 600'), name: 'b' };
  cluster.run('web', {
    containers: [sh('exec sleep 600'), b],
    initContainers: [{ ...sh('true'), name: 'init' }],
  });
  await cluster.until('web', isReady);
  await expect(logOf(cluster, {})).rejects.toThrow(
    'a container name must be specified for pod web, choose one of: [c b] or one of the init containers: [init]',
  );
  await expect(logOf(cluster, { container: 'x' })).rejects.toThrow('container x is not valid for pod web');
  await expect(logOf(cluster, { container: 'c', previous: true })).rejects.toThrow(
    'previous terminated container "c" in pod "web" not found',
  );
  await expect(logOf(cluster, { container: 'c', tailLines: -1 })).rejects.toThrow(
    'tailLines: Invalid value: -1: must be greater than or equal to 0',
  );
  cluster.run('waits', { containers: [{ name: 'c', image: 'none:1' }] });
  await cluster.until(
    'waits',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff',
  );
  await expect(logOf(cluster, {}, 'waits')).rejects.toThrow(
    'container "c" in pod "waits" is waiting to start: trying and failing to pull image',
  );
});

test('log: a reader that goes away leaves nothing behind', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('echo up; exec sleep 600')] });
  await cluster.until('web', isReady);
  const controller = new AbortController();
  const reading = logOf(cluster, { follow: true }, 'web', controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 200);
  await expect(reading).rejects.toThrow();
});

async function run({ client }: Cluster, command: string[], input?: Buffer, tty = false) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = input ? Readable.from([input], { objectMode: false }) : undefined;
  const target = { namespace: 'shop', pod: 'web', container: 'c', command, tty };
  const said = Promise.all([text(stdout), text(stderr)]);
  const end = await execInPod(client, target, { stdout, stderr, ...(stdin ? { stdin } : {}) }, signal);
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { end, out, err };
}

test('exec: input, output, exit code, what cannot be run; tar into the container', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', { 'app/a': 'A\n' });
  cluster.run('web', { containers: [sh('while :; do cat /app/a; sleep 0.05; done')] });
  await cluster.until('web', isReady);
  expect(await run(cluster, ['sh', '-c', 'cat; echo no >&2; exit 3'], Buffer.from('in'))).toEqual({
    end: { exitCode: 3 },
    out: 'in',
    err: 'no\n',
  });
  const big = Buffer.alloc(3_000_000, 'x');
  expect((await run(cluster, ['cat'], big)).out.length).toBe(big.length);
  expect(await run(cluster, ['nosuch'])).toMatchObject({
    end: { refused: { message: expect.stringContaining('executable file not found in $PATH') } },
  });
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name: 'app/a' }, 'B\n');
  archive.finalize();
  const bytes = await buffer(archive);
  expect((await run(cluster, ['tar', '-xmpof', '-', '-C', '/'], bytes)).end).toEqual({ exitCode: 0 });
  await vi.waitUntil(async () => (await logOf(cluster, { tailLines: 1 })) === 'B\n');
});

test.runIf(process.platform === 'linux')('exec: a terminal', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('exec sleep 600')] });
  await cluster.until('web', isReady);
  expect(
    await run(cluster, ['sh', '-c', 'test -t 1 && echo "a terminal"; exit 4'], undefined, true),
  ).toMatchObject({ end: { exitCode: 4 }, out: 'a terminal\r\n' });
});

test('exec: into a container that does not run is refused', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { restartPolicy: 'Never', containers: [sh('true')] });
  await cluster.until('web', ({ status }) => status?.phase === 'Succeeded');
  await expect(run(cluster, ['true'])).rejects.toThrow('container not found ("c")');
});

test('exec: a client that goes away ends its command', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('exec sleep 600')] });
  await cluster.until('web', isReady);
  const controller = new AbortController();
  const stdout = new PassThrough();
  const target = {
    namespace: 'shop',
    pod: 'web',
    container: 'c',
    command: ['sh', '-c', 'echo $$; exec sleep 600'],
    tty: false,
  };
  const end = execInPod(cluster.client, target, { stdout, stderr: new PassThrough() }, controller.signal);
  const [line] = await new Promise<[Buffer]>((resolve) =>
    stdout.once('data', (...args) => resolve(args as [Buffer])),
  );
  controller.abort(new Error('gone'));
  await expect(end).rejects.toThrow('gone');
  await vi.waitUntil(() => {
    try {
      process.kill(Number(line.toString()), 0);
      return false;
    } catch {
      return true;
    }
  });
});

const SERVER = `
const { createServer } = require('node:net');
createServer({ allowHalfOpen: true }, (socket) => { socket.pipe(socket); }).listen(Number(process.env.PORT), () => console.log('up'));
`;

test('port-forward: bytes both ways; a port that nobody listens on is refused', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', { 'app/server.cjs': SERVER });
  const ports = [{ containerPort: 43_219 }];
  const readinessProbe = { tcpSocket: { port: 43_219 }, periodSeconds: 1 };
  cluster.run('web', {
    containers: [{ name: 'c', image: 'app:1', command: ['node', '/app/server.cjs'], ports, readinessProbe }],
  });
  await cluster.until('web', isReady);
  const open = (port: number) =>
    openPortForward(cluster.client, { namespace: 'shop', pod: 'web', port }, signal);
  const stream = await open(43_219);
  const big = Buffer.alloc(2_000_000, 'y');
  stream.write(big);
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size >= big.length) break;
  }
  expect(size).toBe(big.length);
  await expect(text(await open(43_220))).rejects.toMatchObject({ code: 'REFUSED' });
});
