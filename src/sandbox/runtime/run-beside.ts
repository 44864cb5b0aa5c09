import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { signalGroup } from './process-group.ts';
import { endOf, type ProcessPlace } from './process-place.ts';
import { type ContainerEnd, type ExecStreams, StartError } from './runtime.ts';
import { inTerminal } from './terminal-command.ts';

/**
 * Runs a command in a container's folder and environment, in a group of its own, and resolves when it has ended and its
 * output was taken. The signal kills the group; what the command left in the background is the container's, as in a real
 * one. Rejects with a StartError.
 */
export async function runBeside(
  { resolve, cwd, env, processes, first }: ProcessPlace & { readonly first: string },
  command: readonly string[],
  { stdin, stdout, stderr, tty, size }: ExecStreams,
  signal: AbortSignal,
): Promise<ContainerEnd> {
  signal.throwIfAborted();
  const resolved = resolve(command, first);
  const [program, ...args] = tty ? inTerminal(resolved, size) : resolved;
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const started = Promise.withResolvers<void>();
  child.once('spawn', () => started.resolve());
  child.once('error', (error) => started.reject(new StartError(`exec: "${command[0]}": ${error.message}`)));
  const closed = Promise.withResolvers<ContainerEnd>();
  child.once('close', (code, name) => closed.resolve(endOf(code, name)));
  // A command need not read its input to the end, nor its reader its output.
  child.stdin.on('error', () => {});
  if (stdin) stdin.pipe(child.stdin);
  else child.stdin.end();
  const outputs = [
    pipeline(child.stdout, stdout, { end: false }),
    pipeline(child.stderr, stderr, { end: false }),
  ];
  const taken = Promise.allSettled(outputs);
  await started.promise;
  const group = child.pid ?? 0;
  const kill = () => signalGroup(group, 'SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const [end] = await Promise.all([closed.promise, taken, processes.add(group)]);
  signal.removeEventListener('abort', kill);
  processes.remove(group);
  return end;
}
