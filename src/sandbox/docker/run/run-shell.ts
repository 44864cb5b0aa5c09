import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface ShellRun {
  readonly command: readonly string[];
  /** absolute, of this machine */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void;
}

/**
 * Starts the command in a process group of its own, which ends as a whole: a second process waits at a pipe whose other
 * end this program holds, and kills the group when it is closed, be it because rockpool was killed.
 */
const WATCHED = `
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 </dev/null &
exec "$@" 3<&- </dev/null`;

/**
 * Runs a command to its end, and then ends what it left in the background.
 * @returns its exit code; 128 and its number for a signal
 * An abort kills all of it, and throws the signal's reason when it has gone. Rejects when the command cannot be started.
 */
export async function runShell(
  { command, cwd, env, onOutput }: ShellRun,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', ...command], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  child.stdout?.on('data', (bytes: Buffer) => onOutput('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => onOutput('stderr', bytes));
  try {
    const [code, name] = (await ended(child)) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    return code ?? 128 + signalNumber(name);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

/** What is left of the group holds the pipes open, so it goes before their end is waited for. */
async function ended(child: ChildProcess): Promise<unknown[]> {
  (child.stdio[3] as Readable | null)?.on('error', () => {});
  const closed = once(child, 'close');
  const exit = await once(child, 'exit');
  killGroup(child);
  await closed;
  return exit;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has gone
  }
}

function signalNumber(name: NodeJS.Signals | null): number {
  return name === 'SIGKILL' ? 9 : name === 'SIGTERM' ? 15 : name === 'SIGSEGV' ? 11 : 1;
}
