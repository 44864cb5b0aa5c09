import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const bin = join(import.meta.dirname, '../../../bin/rockpool.js');

/** A machine with Node, npm and a shell, an empty home folder, and neither Docker nor Kubernetes. */
export interface BareMachine {
  readonly folder: string;
  readonly home: string;
  /** what programs make in the temporary folder */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
  /** Puts a program of that name before all others. */
  program(name: string, script: string): string;
  /** `rockpool …` without a terminal */
  start(args: readonly string[], options?: { cwd?: string }): Run;
  /** Words of processes that work in the machine's folders. */
  processes(): readonly string[];
}

export interface Run {
  readonly pid: number;
  output(): string;
  /** Resolves when the output has that; rejects with all of it when the program ended before. */
  says(what: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

const NOT_THERE = /^(docker|dockerd|kubectl|minikube|kind|k3d|helm|podman|nerdctl|buildctl|rockpool)/;

export function createBareMachine(): BareMachine {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bare-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const at = (name: string) => join(folder, name);
  for (const name of ['home', 'tmp', 'own', 'bin']) mkdirSync(at(name));
  linkPrograms(at('bin'));
  const env = {
    ...{ HOME: at('home'), TMPDIR: at('tmp'), TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    PATH: [at('own'), at('bin')].join(delimiter),
  };
  return {
    ...{ folder, home: at('home'), temporary: at('tmp'), env },
    program: (name, script) => {
      const path = join(at('own'), name);
      rmSync(path, { force: true });
      writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return path;
    },
    start: (args, options = {}) => startRun(args, { cwd: folder, ...options, env }),
    processes: () => processesIn(folder),
  };
}

/** Links to all of this machine's programs but those. The first of a name on PATH counts. */
function linkPrograms(to: string): void {
  const folders = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const folder of folders.filter((each) => each !== '' && existsSync(each))) {
    for (const name of readdirSync(folder)) {
      if (NOT_THERE.test(name) || existsSync(join(to, name))) continue;
      symlinkSync(join(folder, name), join(to, name));
    }
  }
}

function startRun(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Run {
  const child = spawn(process.execPath, [bin, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of [...listeners]) listener();
    });
  }
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const has = (what: string | RegExp) =>
    typeof what === 'string' ? output.includes(what) : what.test(output);
  return {
    ...{ pid: child.pid ?? 0, exit, output: () => output },
    says: (what) =>
      new Promise((resolve, reject) => {
        const check = () => has(what) && resolve();
        listeners.add(check);
        check();
        void exit.then(() => reject(new Error(`not said: ${what}\n${output}`)));
      }),
    kill: (signal) => void child.kill(signal),
  };
}

/** Where there is no /proc, none can be told. */
function processesIn(folder: string): readonly string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        return words.includes(folder) || cwd.startsWith(folder) ? [`${pid} ${words} in ${cwd}`] : [];
      } catch {
        return [];
      }
    });
}
