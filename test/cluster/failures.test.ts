import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureList } from '../../src/diagnosis/failure-list.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { Failure } from '../../src/session/failure.ts';
import { reduce } from '../../src/session/reduce.ts';
import { initialState, type SessionState } from '../../src/session/state.ts';
import { failureSubject } from '../../src/ui/failure-text.ts';
import { cases, type FailureCase, GHOST } from './failures/cases.ts';
import { type ClusterWords, hearCluster } from './failures/cluster-words.ts';
import { applyAsReader, forbidden } from './failures/forbidden.ts';
import { evict, makeGhostNode } from './failures/ghost-node.ts';
import { serveWebhooks } from './failures/webhooks.ts';
import { copyProject, is, kubectl, startSession, type TestProject, type TestSession } from './harness.ts';

/** ms until a failure must be told after the cluster knew of it, on a machine with other work. */
const SOON = 10_000;

let project: TestProject;
let session: TestSession;
let words: ClusterWords;
let told: Told;
const undo: (() => Promise<void>)[] = [];

/** What the session told, by reading its events as the session itself does. */
interface Told {
  /** what is wrong now */
  now(): readonly Failure[];
  /** the newest failure of a case that reads as it should, whether or not it is gone, and when the first of its code came */
  of(wanted: FailureCase): { failure: Failure; at: number } | undefined;
  /** every code that was told of a subject */
  codes(subject: string): readonly string[];
}

function readTold(from: TestSession): Told {
  let state: SessionState = initialState;
  let read = 0;
  let current: readonly Failure[] = [];
  const first = new Map<string, number>();
  const newest = new Map<string, Failure>();

  const catchUp = () => {
    for (; read < from.events.length; read++) {
      const event = from.events[read]!;
      const next = reduce(state, event);
      if (next === state) continue;
      state = next;
      current = failureList(state);
      for (const failure of current) {
        const key = `${failureSubject(failure)} ${failure.code}`;
        first.set(key, first.get(key) ?? event.at);
        newest.set(`${key} ${failure.message}`, failure);
      }
    }
  };
  return {
    now: () => {
      catchUp();
      return current;
    },
    of: ({ subject, code, reads }) => {
      catchUp();
      const key = `${subject} ${code}`;
      const fits = pattern(reads);
      const found = [...newest].filter(([id, { message }]) => id.startsWith(`${key} `) && fits.test(message));
      const [, failure] = found.findLast(([, one]) => one.output !== undefined) ?? found.at(-1) ?? [];
      return failure && { failure, at: first.get(key) ?? 0 };
    },
    codes: (subject) => {
      catchUp();
      return [...first.keys()]
        .filter((key) => key.startsWith(`${subject} `))
        .map((key) => key.split(' ')[1]!);
    },
  };
}

async function until(what: string, holds: () => boolean | Promise<boolean>, timeout: number): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms\n${session.stderr()}`);
    await sleep(100);
  }
}

async function apply(manifest: object): Promise<void> {
  const child = spawn('kubectl', ['apply', '-f', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(JSON.stringify(manifest));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`kubectl apply exited ${code}`);
}

const file = ({ name }: FailureCase) => `k8s/${name}.yaml`;

const text = (from: string) => from.replaceAll('# here', '');

/** A client that asks again and again, as a browser with a person before it. */
async function ask(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write('hello\n');
    await sleep(3000);
    socket.destroy();
  }
}

beforeAll(async () => {
  project = await copyProject('test/fixtures/failures');
  await mkdir(join(project.dir, 'k8s'), { recursive: true });
  for (const failing of cases) await project.write(file(failing), failing.manifest);
  await kubectl('create', 'namespace', project.namespace);
  undo.push(await makeGhostNode(apply));
  undo.push(await serveWebhooks(project.namespace, apply));
  words = hearCluster(project.namespace, cases);
  session = startSession(project);
  told = readTold(session);
  const { port } = await session.next(is('forward.opened'));
  const asking = new AbortController();
  void ask(port, asking.signal);
  undo.push(async () => asking.abort());
  await session.next(
    is('pod.observed', ({ pod }) => pod.name === 'evicted'),
    { timeout: 120_000 },
  );
  await evict(project.namespace, 'evicted');
}, 240_000);

afterAll(async () => {
  await session?.stop();
  words?.stop();
  for (const step of undo) await step();
  await project?.remove();
}, 60_000);

describe('what fails is explained', () => {
  test.each(cases.map((failing) => [failing.name, failing] as const))(
    '%s',
    async (name, failing) => {
      await until(`${name} is told`, () => told.of(failing) !== undefined, 150_000).catch(
        (error: unknown) => {
          const { subject } = failing;
          const now = told.now().filter((failure) => failureSubject(failure) === subject);
          throw new Error(`${error}\nof ${subject} is told: ${JSON.stringify(now)}`);
        },
      );
      if (failing.output !== undefined) {
        await until(
          `the last words of ${name}`,
          () => told.of(failing)?.failure.output !== undefined,
          30_000,
        );
      }
      const { failure } = told.of(failing)!;
      expect(failure.hint).toBeTruthy();
      expect(failure.output ?? '').toContain(failing.output ?? '');
      const line = failing.manifest.split('\n').findIndex((one) => one.includes('# here')) + 1;
      if (line > 0) expect(failure.at).toMatchObject({ file: file(failing), line });
    },
    200_000,
  );

  test('one trouble is told once, also when a rollout fails by it', async () => {
    const late = (event: SessionEvent) =>
      event.type === 'workload.observed' &&
      event.workload.key.endsWith('/crash') &&
      event.workload.rollout === 'failed';
    await until('the crash loop passes its deadline', () => session.events.some(late), 60_000);
    for (const { subject, code, before = [] } of cases) {
      expect(new Set([code, ...before]), subject).toEqual(new Set([...told.codes(subject), ...before]));
    }
  }, 90_000);

  test('within seconds of the cluster knowing it', () => {
    const delays = cases.flatMap((failing) => {
      const known = words.saidAt(failing.name);
      return known === undefined ? [] : [{ name: failing.name, ms: told.of(failing)!.at - known }];
    });
    const sorted = delays.toSorted((a, b) => a.ms - b.ms);
    console.log(sorted.map(({ name, ms }) => `${name} ${ms} ms`).join(', '));
    expect(delays.length).toBeGreaterThan(15);
    for (const { name, ms } of delays) expect(ms, name).toBeLessThan(SOON);
  });

  test('each is gone when its cause is', async () => {
    const mended = cases.filter((failing) => failing.mended !== undefined);
    for (const { mended: how, ...failing } of mended) {
      if (typeof how === 'string') await project.write(file(failing), text(how));
      else
        for (const step of how ?? [])
          await kubectl(...step.slice(0, 2), '-n', project.namespace, ...step.slice(2));
    }
    const subjects = new Set(mended.map(({ subject }) => subject));
    const left = () => told.now().filter((failure) => subjects.has(failureSubject(failure)));
    await until('all is well', () => left().length === 0, 150_000).catch((error: unknown) => {
      throw new Error(`${error}\n${JSON.stringify(left(), null, 1)}`);
    });
    expect(told.now().map(failureSubject)).toContain(`Node/${GHOST}`);
  }, 200_000);
});

test('what the user may not do is told as that', async () => {
  const { code, stderr } = await applyAsReader();
  expect(code).toBe(1);
  expect(stderr).toMatch(pattern(forbidden.reads, ''));
}, 60_000);

/** The text that a user reads, with the names that are made up at run time left open. */
function pattern(reads: string, border = '^'): RegExp {
  const escaped = reads.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `${border}${escaped
      .replaceAll('<pod>', '[a-z0-9-]+')
      .replaceAll('<times>', '(once|\\d+ times)')
      .replaceAll('<ip>', '[0-9.:]+')
      .replaceAll(/<\w+>/g, '.+')}${border === '^' ? '$' : ''}`,
    's',
  );
}
