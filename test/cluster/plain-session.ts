import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { repo, type TestProject } from './harness.ts';

/** `rockpool up` without a terminal: what people read. */
export interface PlainSession {
  readonly pid: number;
  /** lines of container logs */
  logs(): readonly string[];
  /** what the session said of itself */
  words(): readonly string[];
  /** Resolves when a line of either kind, of those from `after` on, fits. Rejects when the session ends or after `timeout` ms. */
  said(fits: RegExp, options?: { after?: Mark; timeout?: number }): Promise<void>;
  mark(): Mark;
  stop(): Promise<void>;
}

/** So many lines of each kind were there. */
interface Mark {
  readonly logs: number;
  readonly words: number;
}

export function startPlainSession(
  project: Pick<TestProject, 'dir' | 'namespace'>,
  args: readonly string[] = [],
): PlainSession {
  const bin = join(repo, 'bin', 'rockpool.js');
  const child = spawn(process.execPath, [bin, 'up', '--output', 'plain', '-n', project.namespace, ...args], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return followPlainSession(child);
}

/** A session that somebody else started: of the plain lines that it prints. */
export function followPlainSession(child: ChildProcessByStdio<null, Readable, Readable>): PlainSession {
  const checks = new Set<() => void>();
  const collect = (stream: Readable) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      for (const check of [...checks]) check();
    });
    return () => text.split('\n').slice(0, -1);
  };
  const logs = collect(child.stdout);
  const words = collect(child.stderr);
  let isOver = false;
  child.once('exit', () => {
    isOver = true;
    for (const check of [...checks]) check();
  });
  return {
    pid: child.pid ?? 0,
    logs,
    words,
    mark: () => ({ logs: logs().length, words: words().length }),
    said: (fits, { after = { logs: 0, words: 0 }, timeout = 60_000 } = {}) =>
      new Promise((resolve, reject) => {
        const leave = (settle: () => void) => {
          checks.delete(check);
          clearTimeout(timer);
          settle();
        };
        const fail = (why: string) =>
          leave(() => reject(new Error(`${fits} was not said: ${why}\n${words().slice(-30).join('\n')}`)));
        const check = () => {
          const lines = [...logs().slice(after.logs), ...words().slice(after.words)];
          if (lines.some((line) => fits.test(line))) leave(resolve);
          else if (isOver) fail('the session ended');
        };
        const timer = setTimeout(() => fail(`not within ${timeout} ms`), timeout);
        checks.add(check);
        check();
      }),
    async stop() {
      if (isOver) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
