import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProcessRuntime } from '../../../../src/sandbox/runtime/process-runtime.ts';
import type { RunningContainer, Runtime } from '../../../../src/sandbox/runtime/runtime.ts';
import { imageOf, specOf } from './image-of.ts';

const { signal } = new AbortController();
let dir: string;
let runtime: Runtime;

beforeEach(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
  runtime = await createProcessRuntime({ dir: join(dir, 'run') });
});

afterEach(async () => {
  await runtime.close();
  rmSync(dir, { recursive: true });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function run(container: RunningContainer, command: string[], input?: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = {
    stdout,
    stderr,
    tty: false,
    ...(input === undefined ? {} : { stdin: Readable.from([input]) }),
  };
  const end = await container.exec(command, streams, signal);
  stdout.end();
  stderr.end();
  return { code: end.exitCode, out: await text(stdout), err: await text(stderr) };
}

test('runs in a copy of the image, with its own environment and paths', async () => {
  vi.stubEnv('SECRET_OF_ROCKPOOL', 'x');
  const image = imageOf(
    dir,
    {
      'app/main.sh':
        'echo "$GREETING $SECRET_OF_ROCKPOOL|$HOST|$PORT|$HOSTNAME"; cat "$1"; echo changed > /dev/null; pwd; printf end >&2',
      'etc/web/a.conf': 'conf\n',
    },
    { env: ['GREETING=hi', 'FILE=/etc/web/a.conf'] },
  );
  const { spec, lines } = specOf(image, ['sh', '/app/main.sh', '/etc/web/a.conf'], { ports: [43_211] });
  const container = await runtime.start(spec, signal);
  expect(await container.ended).toMatchObject({ exitCode: 0 });
  expect(container.id).toMatch(/^sandbox:\/\/[0-9a-f]{64}$/);
  expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([
    'stdout hi |127.0.0.1|43211|web-1',
    'stdout conf',
    expect.stringMatching(/^stdout .*run\/containers\/[0-9a-f]{12}\/app$/),
  ]);
  expect(lines).toContain('stderr end…');
  vi.unstubAllEnvs();
});

test('what a container writes is its own: neither the image nor the next container has it', async () => {
  const image = imageOf(dir, { 'app/a': 'old' });
  const first = specOf(image, ['sh', '-c', 'echo new > /app/a; cat /app/a']);
  await (await runtime.start(first.spec, signal)).ended;
  const second = specOf(image, ['cat', 'a']);
  await (await runtime.start(second.spec, signal)).ended;
  expect([first.lines, second.lines]).toEqual([['stdout new'], ['stdout old…']]);
});

test('a volume is where it is mounted, and what is written there stays', async () => {
  const volume = join(dir, 'volume');
  mkdirSync(volume);
  writeFileSync(join(volume, 'config'), 'from volume');
  const image = imageOf(dir, { 'etc/web/config': 'from image' });
  const { spec, lines } = specOf(image, ['sh', '-c', 'cat /etc/web/config; echo kept > /etc/web/new'], {
    mounts: [{ folder: volume, mountPath: '/etc/web', readOnly: false }],
  });
  await (await runtime.start(spec, signal)).ended;
  expect(lines).toEqual(['stdout from volume…']);
  expect(readFileSync(join(volume, 'new'), 'utf8')).toBe('kept\n');
});

test.each([
  [['nosuchprogram'], 'exec: "nosuchprogram": executable file not found in $PATH'],
  [['./data'], 'exec: "./data": permission denied'],
  [['/app'], 'is a directory'],
])('%j cannot be started, in the words of runc', async (command, message) => {
  const { spec } = specOf(imageOf(dir, { 'app/data': 'x' }), command);
  await expect(runtime.start(spec, signal)).rejects.toThrow(message);
});

test('SIGTERM goes to the first process, SIGKILL to all after the grace period', async () => {
  const polite = specOf(imageOf(dir, {}), [
    'sh',
    '-c',
    'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done',
  ]);
  const first = await runtime.start(polite.spec, signal);
  await vi.waitUntil(() => polite.lines.includes('stdout up'));
  await first.stop(60_000);
  expect(await first.ended).toMatchObject({ exitCode: 3 });
  expect(polite.lines).toEqual(['stdout up', 'stdout bye']);

  const deaf = specOf(imageOf(dir, {}), [
    'sh',
    '-c',
    'trap "" TERM; (sleep 600 & echo $!); echo up; while :; do sleep 0.05; done',
  ]);
  const second = await runtime.start(deaf.spec, signal);
  await vi.waitUntil(() => deaf.lines.includes('stdout up'));
  await second.stop(100);
  expect(await second.ended).toMatchObject({ exitCode: 137, signal: 'SIGKILL' });
  expect(isAlive(Number(deaf.lines[0]?.split(' ')[1]))).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'a process that left its group ends with the container',
  async () => {
    const { spec, lines } = specOf(imageOf(dir, {}), [
      'sh',
      '-c',
      'setsid sh -c "echo \\$\\$; exec sleep 600" & sleep 0.3; wait',
    ]);
    const container = await runtime.start(spec, signal);
    await vi.waitUntil(() => lines.length === 1);
    container.kill();
    await container.ended;
    await vi.waitUntil(() => !isAlive(Number(lines[0]?.split(' ')[1])));
  },
);

test('exec runs beside it: input, output, exit code; it ends with the container', async () => {
  const { spec } = specOf(imageOf(dir, { 'app/a': 'A' }), ['sleep', '600']);
  const container = await runtime.start(spec, signal);
  expect(await run(container, ['sh', '-c', 'cat /app/a; cat >&2; exit 4'], 'in')).toEqual({
    code: 4,
    out: 'A',
    err: 'in',
  });
  await expect(run(container, ['nosuch'])).rejects.toThrow('executable file not found in $PATH');
  const long = run(container, ['sleep', '600']);
  container.kill();
  expect((await long).code).toBe(137);
});

test('process 1 is the container’s first process', async () => {
  const { spec, lines } = specOf(imageOf(dir, {}), [
    ...['sh', '-c', 'trap "echo asked; exit 0" HUP; echo up; while :; do sleep 0.05; done'],
  ]);
  const container = await runtime.start(spec, signal);
  await vi.waitUntil(() => lines.includes('stdout up'));
  expect(await run(container, ['sh', '-c', 'kill -HUP 1'])).toMatchObject({ code: 0, err: '' });
  await container.ended;
  expect(lines).toEqual(['stdout up', 'stdout asked']);
});

test('a port that somebody else listens on at every address is told before the container starts', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { spec } = specOf(imageOf(dir, {}), ['true'], { ports: [port] });
  await expect(runtime.start(spec, signal)).rejects.toThrow(`port ${port} is taken`);
  server.close();
});

test('a start that is called off leaves nothing', async () => {
  const controller = new AbortController();
  controller.abort(new Error('called off'));
  const { spec } = specOf(imageOf(dir, {}), ['true']);
  await expect(runtime.start(spec, controller.signal)).rejects.toThrow('called off');
  await runtime.close();
  expect(existsSync(join(dir, 'run', 'containers'))).toBe(false);
});

const KEEPER = `
const { createProcessRuntime } = await import(process.argv[2]);
const { imageOf, specOf } = await import(process.argv[3]);
const runtime = await createProcessRuntime({ dir: process.argv[4] });
const { spec } = specOf(imageOf(process.argv[5], {}), ['sh', '-c', 'trap "" TERM HUP; echo $$; while :; do sleep 0.1; done']);
await runtime.start({ ...spec, onLine: ({ text }) => console.log(text) }, new AbortController().signal);
setInterval(() => {}, 1000);
`;

async function killedKeeper(own: string): Promise<number> {
  const file = join(dir, 'keeper.mts');
  writeFileSync(file, KEEPER);
  const source = join(import.meta.dirname, '../../../../src/sandbox/runtime/process-runtime.ts');
  const keeper = spawn(process.execPath, [file, source, join(import.meta.dirname, 'image-of.ts'), own, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
  keeper.kill('SIGKILL');
  await once(keeper, 'exit');
  return Number(line.toString());
}

test('kill -9 of rockpool: its containers end with it', async () => {
  const pid = await killedKeeper(join(dir, 'killed'));
  expect(pid).toBeGreaterThan(1);
  await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
});

test('what a killed run has left is stopped by the next start', async () => {
  const left = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const other = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const began = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  const own = join(dir, 'left');
  mkdirSync(join(own, 'groups'), { recursive: true });
  writeFileSync(join(own, 'groups', `${left.pid}`), began(left.pid!));
  writeFileSync(join(own, 'groups', `${other.pid}`), '12345');
  const next = await createProcessRuntime({ dir: own });
  await vi.waitUntil(() => left.signalCode === 'SIGKILL');
  expect(other.signalCode).toBe(null);
  other.kill('SIGKILL');
  await next.close();
});
