import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../src/control/status-schema.ts';
import type { Failure } from '../../src/session/failure.ts';
import {
  copyProject,
  is,
  kubectl,
  rockpool,
  startSession,
  type TestProject,
  type TestSession,
} from './harness.ts';

/** of edits, breaks and repairs at random */
const ROUNDS = Number(process.env['ROCKPOOL_TEST_ROUNDS'] ?? 50);

let project: TestProject;
let session: TestSession;

beforeAll(async () => {
  project = await copyProject('test/fixtures/answer');
  // Content and names that no other run has left in the daemon.
  await project.edit('rockpool.yaml', 'name: answer', `name: ${project.namespace}`);
  await project.edit('rockpool.yaml', 'answer/web', `${project.namespace}/web`);
  await project.edit('k8s/web.yaml', 'answer/web', `${project.namespace}/web`);
  session = startSession(project);
  await session.next(is('session.started'));
});

afterAll(async () => {
  await session?.stop();
  await project?.remove();
});

const run = (...args: string[]) => rockpool(args, { cwd: project.dir });

/** What people break, and the codes that it may be told with. */
const breaks = {
  crash: {
    file: 'web/server.mjs',
    from: '// Small',
    to: 'throw (;; // Small',
    codes: ['CRASHED', 'CRASH_LOOP'],
  },
  build: { file: 'web/Dockerfile', from: 'COPY . .', to: 'COPY . .\nRUN exit 7', codes: ['BUILD_FAILED'] },
  field: { file: 'k8s/web.yaml', from: 'replicas: 1', to: 'replicaz: 1', codes: ['MANIFEST_INVALID'] },
  missing: {
    file: 'k8s/web.yaml',
    from: '          env:\n',
    to: '          envFrom: [{ configMapRef: { name: nowhere } }]\n          env:\n',
    codes: ['CONFIG_MAP_MISSING'],
  },
} as const;
type Break = keyof typeof breaks;
const probe = '          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 1 }\n';

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Waited {
  readonly outcome: string;
  readonly failures: readonly Failure[];
  readonly status: Status;
}

test('a script that edits, breaks and mends at random, waits, calls and reads new lines is never told anything stale', async () => {
  const seed = Number(process.env['ROCKPOOL_TEST_SEED'] ?? Date.now() % 100_000);
  console.log(`seed ${seed}`);
  const random = randomFrom(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  let answer = 'first';
  let broken: Break | undefined;
  let isProbed = false;
  let cursor = 0;
  const told: string[] = [];

  const edit = async (round: number) => {
    const next = `${project.namespace}-${round}`;
    await project.edit('web/server.mjs', `answer = '${answer}'`, `answer = '${next}'`);
    answer = next;
  };
  const mend = async (kind: Break) => {
    const { file, from, to } = breaks[kind];
    await project.edit(file, to, from);
    broken = undefined;
  };
  const spoil = async (kind: Break) => {
    const { file, from, to } = breaks[kind];
    await project.edit(file, from, to);
    broken = kind;
  };
  const toggleProbe = async () => {
    const place = '          env:\n';
    await project.edit('k8s/web.yaml', isProbed ? probe : place, isProbed ? '' : probe + place);
    isProbed = !isProbed;
  };

  for (let round = 1; round <= ROUNDS; round += 1) {
    const begun = Date.now();
    const steps: string[] = [];
    const step = async (name: string, work: () => Promise<void>) => {
      steps.push(name);
      await work();
    };
    if (round > 1) {
      if (broken !== undefined && random() < 0.6) await step(`mend ${broken}`, () => mend(broken as Break));
      else if (broken === undefined && random() < 0.35) {
        const kind = pick(Object.keys(breaks) as Break[]);
        await step(`break ${kind}`, () => spoil(kind));
      }
      if (steps.length === 0 || random() < 0.5) {
        // A break of the same lines is mended first.
        if (broken !== 'missing' && random() < 0.12) await step('probe', toggleProbe);
        else await step('edit', () => edit(round));
      }
      if (random() < 0.4) await sleep(random() * 300);
    }
    const { code, stdout, stderr } = await run('wait', '--for', 'current', '--timeout', '60s', '-o', 'json');
    const result = JSON.parse(stdout || '{}') as Waited;
    const about = `seed ${seed}, round ${round}: ${steps.join(', ')}, broken: ${broken ?? 'no'}\n${told.slice(-6).join('\n')}\n${stderr}`;
    told.push(
      `${round} ${steps.join(', ')} -> ${result.outcome} ${result.failures?.map((f) => f.code)} ${Date.now() - begun} ms`,
    );
    if (broken !== undefined) {
      expect(code, about).toBe(1);
      const codes: readonly string[] = breaks[broken].codes;
      expect(
        result.failures.filter((failure) => codes.includes(failure.code)),
        about,
      ).not.toEqual([]);
      continue;
    }
    expect(code, about).toBe(0);
    const url = `http://${result.status.forwards[0]?.address}/${round}`;
    const response = await fetch(url, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(30_000),
    });
    expect(await response.text(), about).toBe(answer);
    cursor = await readUntil(cursor, `answered /${round} ${answer}`, about);
  }
  // The next test begins with what works.
  if (broken !== undefined) await mend(broken);
  if (isProbed) await toggleProbe();
  console.log(told.join('\n'));
}, 360_000);

/** Reads only lines that were not read before, until one says it. @returns the number of the last one */
async function readUntil(after: number, wanted: string, about: string): Promise<number> {
  let cursor = after;
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await run('logs', '--session', '--after', `${cursor}`, '--no-follow', '-o', 'json');
    const lines = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { seq: number; text: string });
    for (const { seq } of lines) {
      expect(seq, about).toBeGreaterThan(cursor);
      cursor = seq;
    }
    if (lines.some(({ text }) => text === wanted)) return cursor;
  }
  throw new Error(`the line "${wanted}" did not come\n${about}`);
}

test('pause and resume, trigger, exec, restart, events and explain, from another terminal', async () => {
  const forward = async (path: string) => {
    const { stdout } = await run('open');
    // The server closes what is idle for some seconds, which may be in the moment of the next request.
    const headers = { connection: 'close' };
    const response = await fetch(`${stdout.trim()}/${path}`, {
      ...{ headers, signal: AbortSignal.timeout(30_000) },
    });
    return response.text();
  };
  expect((await run('wait')).code).toBe(0);
  const before = await forward('before');

  expect((await run('pause')).code).toBe(0);
  await project.edit('web/server.mjs', `answer = '${before}'`, "answer = 'after the pause'");
  const late = await run('wait', '--timeout', '500ms');
  expect(late.code).toBe(1);
  expect(late.stderr).toContain('paused');
  expect((await run('trigger', 'web')).stderr).toMatch(/builds .*web, applies web\n.*rockpool resume/);
  expect(await forward('paused')).toBe(before);
  expect((await run('resume')).code).toBe(0);
  expect((await run('wait', 'web')).code).toBe(0);
  expect(await forward('resumed')).toBe('after the pause');

  const inside = [
    '-n',
    project.namespace,
    '--',
    'node',
    '-e',
    'console.log(process.env.MOOD); process.exit(7)',
  ];
  expect(await run('exec', 'web', ...inside)).toMatchObject({ code: 7, stdout: 'calm\n' });
  const nothing = await run('exec', '-n', project.namespace, 'web', 'nosuch', '--version');
  expect(nothing).toMatchObject({
    code: 127,
    stderr: expect.stringMatching(/^error: There is no program nosuch/),
  });
  const own = await run('exec', '-n', project.namespace, 'web', 'node', '--version');
  expect(own.stdout).toMatch(/^v2/);
  const pod = async () =>
    (await run('exec', 'web', '-n', project.namespace, '--', 'printenv', 'HOSTNAME')).stdout;
  const old = await pod();
  const restarted = await run('restart', 'web', '-n', project.namespace);
  expect(restarted.code, restarted.stderr).toBe(0);
  expect((await run('wait')).code).toBe(0);
  expect(await pod()).not.toBe(old);

  const { cursors } = JSON.parse((await run('status', '-o', 'json')).stdout) as Status;
  expect((await run('trigger', 'web')).code).toBe(0);
  expect((await run('wait')).code).toBe(0);
  const events = (await run('events', '--after', `${cursors.events}`)).stdout.split('\n').filter(Boolean);
  const types = events.map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toContain('rebuild.requested');
  expect((await run('trigger', 'wob')).code).toBe(2);
  expect((await run('explain', 'web/server.mjs')).stdout).toContain('Deployment web applied');
  expect((await run('replay')).code).toBe(0);
});

test('a Deployment that somebody deletes comes back, and a trigger of its name applies it', async () => {
  const from = session.events.length;
  await kubectl('-n', project.namespace, 'delete', 'deployment', 'web');
  const isWeb = (event: { key: string }) => event.key === `Deployment/${project.namespace}/web`;
  await session.next(is('resource.applied', isWeb), { from });
  expect((await run('wait')).code).toBe(0);
  const triggered = session.events.length;
  expect((await run('trigger', 'web')).code).toBe(0);
  const again = await session.next(is('resource.applied', isWeb), { from: triggered });
  expect(again.outcome).toBe('unchanged');
});

test('a Service that leads nowhere fails the wait, and a readiness probe that goes on failing', async () => {
  const codes = async (...args: string[]) => {
    const { code, stdout } = await run('wait', ...args, '-o', 'json');
    return [code, ...(JSON.parse(stdout) as Waited).failures.map((failure) => failure.code)];
  };
  await project.edit('k8s/web.yaml', 'selector: { app: web }', 'selector: { app: wob }');
  expect(await codes()).toEqual([1, 'SERVICE_SELECTS_NOTHING']);
  await project.edit('k8s/web.yaml', 'selector: { app: wob }', 'selector: { app: web }');
  expect(await codes()).toEqual([0]);
  const failing = `${' '.repeat(10)}readinessProbe: { exec: { command: [node, -e, process.exit(1)] }, periodSeconds: 1 }\n`;
  const place = '          env:\n';
  await project.edit('k8s/web.yaml', place, failing + place);
  expect(await codes('--timeout', '1ms')).toEqual([1, 'WAIT_TIMEOUT']);
  expect(await codes()).toEqual([1, 'PROBE_FAILED']);
  await project.edit('k8s/web.yaml', failing, '');
  expect(await codes()).toEqual([0]);
}, 120_000);
