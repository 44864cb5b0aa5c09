import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SessionEvent } from '../../src/session/events.ts';
import { kubectl } from './kubectl.ts';

export { kubectl } from './kubectl.ts';

const run = promisify(execFile);
export const repo = join(import.meta.dirname, '..', '..');
const bin = join(repo, 'bin', 'rockpool.js');

/** An event of one type. */
export type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** Tells events of a type that fit. */
export const is =
  <T extends SessionEvent['type']>(type: T, fits: (event: Of<T>) => boolean = () => true) =>
  (event: SessionEvent): event is Of<T> =>
    event.type === type && fits(event as Of<T>);

/** A copy of a project in a folder of its own, with a namespace of its own. */
export interface TestProject {
  readonly dir: string;
  readonly namespace: string;
  write(file: string, text: string): Promise<void>;
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  git(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Copies a folder of the repo, e.g. `templates/shop`, and gives it a namespace that nobody else has. */
export async function copyProject(folder: string): Promise<TestProject> {
  const dir = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await cp(join(repo, folder), dir, { recursive: true });
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  const write = (file: string, text: string) => writeFile(join(dir, file), text);
  return {
    dir,
    namespace,
    write,
    edit: async (file, from, to) => {
      const before = await readFile(join(dir, file), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} has no ${from}`);
      await write(file, after);
    },
    git: async (...args) => (await run('git', args, { cwd: dir, env: gitEnvironment() })).stdout,
    remove: async () => {
      await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function gitEnvironment(): NodeJS.ProcessEnv {
  const who = { NAME: 'Test', EMAIL: 'test@example.com' };
  return {
    ...process.env,
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
  };
}

/** `rockpool up --output json` as a child process. */
export interface TestSession {
  readonly events: readonly SessionEvent[];
  readonly child: ChildProcess;
  stderr(): string;
  /** The first event from number `from` on that fits. Rejects when the session ends, or after `timeout` ms, telling what came. */
  next<T extends SessionEvent>(fits: (event: SessionEvent) => event is T, options?: WaitOptions): Promise<T>;
  next(fits: (event: SessionEvent) => boolean, options?: WaitOptions): Promise<SessionEvent>;
  /** SIGTERM, and the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

interface WaitOptions {
  readonly from?: number;
  readonly timeout?: number;
}

export function startSession(
  project: Pick<TestProject, 'dir' | 'namespace'>,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): TestSession {
  const child = spawn(process.execPath, [bin, 'up', '--output', 'json', '-n', project.namespace, ...args], {
    cwd: project.dir,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: SessionEvent[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  let rest = '';
  let exited = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line) as SessionEvent);
    for (const check of [...waiting]) check();
  });
  const exit = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      exited = true;
      for (const check of [...waiting]) check();
      resolve(code);
    }),
  );

  const next = (fits: (event: SessionEvent) => boolean, { from = 0, timeout = 60_000 }: WaitOptions = {}) =>
    new Promise<SessionEvent>((resolve, reject) => {
      const settle = (end: () => void) => {
        waiting.delete(check);
        clearTimeout(timer);
        end();
      };
      const fail = (why: string) => {
        const last = events.slice(-12).map((event) => JSON.stringify(event).slice(0, 400));
        settle(() => reject(new Error(`${why}; the last events:\n${last.join('\n')}\n${stderr}`)));
      };
      const check = () => {
        const found = events.find((event) => event.seq > from && fits(event));
        if (found) settle(() => resolve(found));
        else if (exited) fail('the session ended');
      };
      const timer = setTimeout(() => fail(`not seen within ${timeout} ms`), timeout);
      waiting.add(check);
      check();
    });

  return {
    events,
    child,
    stderr: () => stderr,
    next: next as TestSession['next'],
    stop: (signal = 'SIGTERM') => {
      if (!exited) child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      return exit.finally(() => clearTimeout(timer));
    },
  };
}

/** The number of the newest event: what comes later is `next(…, { from: now(session) })`. */
export function now(session: TestSession): number {
  return session.events.at(-1)?.seq ?? 0;
}

/** Runs rockpool to its end. */
export async function rockpool(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? repo,
      env: { ...process.env, ...options.env },
      maxBuffer: 64 << 20,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** The body of an HTTP answer; tries again until it fits, since a forward answers as soon as a pod does. */
export async function untilAnswer(
  url: string,
  fits: (body: string) => boolean,
  timeout = 30_000,
): Promise<string> {
  const end = Date.now() + timeout;
  let last = '';
  while (Date.now() < end) {
    try {
      const response = await fetch(url, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(10_000),
      });
      last = await response.text();
      if (response.ok && fits(last)) return last;
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} did not answer as expected within ${timeout} ms; the last answer: ${last}`);
}
