import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { readOutput } from './output-lines.ts';
import { killMarked, signalGroup } from './process-group.ts';
import { endOf, type ProcessPlace } from './process-place.ts';
import { runBeside } from './run-beside.ts';
import { type ContainerEnd, type ContainerSpec, type RunningContainer, StartError } from './runtime.ts';

/** ms that output may still come after the last process has gone: only from one that could not be found */
const LAST_WORDS = 1000;

/** Starts a container's first process; the container ends with it. Rejects with a StartError. */
export async function runProcess(
  place: ProcessPlace,
  { command, onLine, image }: Pick<ContainerSpec, 'command' | 'image' | 'onLine'>,
): Promise<RunningContainer> {
  const [program, ...args] = place.resolve(command, '$$');
  const { cwd, env, mark, processes } = place;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const group = await pidOf(child, command[0] ?? '');
  const exited = exitOf(child);
  const outputs = (['stdout', 'stderr'] as const).map((stream) =>
    readOutput(child[stream], (text, partial) => onLine({ stream, text, at: new Date(), partial })),
  );
  await processes.add(group);
  const stopping = new AbortController();
  const kill = (): void => {
    signalGroup(group, 'SIGKILL');
    killMarked(mark);
  };
  const finish = async (): Promise<ContainerEnd> => {
    const end = await exited;
    stopping.abort();
    kill();
    const late = setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), LAST_WORDS);
    await Promise.all(outputs);
    clearTimeout(late);
    processes.remove(group);
    return end;
  };
  const ended = finish();
  return {
    id: `sandbox://${place.id}`,
    startedAt: new Date(),
    ended,
    kill,
    async stop(graceMs) {
      child.kill(stopSignal(image));
      const force = setTimeout(kill, graceMs);
      await ended;
      clearTimeout(force);
    },
    exec: (words, streams, signal) =>
      runBeside(
        { ...place, first: String(group) },
        words,
        streams,
        AbortSignal.any([signal, stopping.signal]),
      ),
  };
}

/** Of the image, as a name or a number; SIGTERM where it has none, or one that this system does not know. */
function stopSignal({ stopSignal = '' }: ContainerSpec['image']): NodeJS.Signals | number {
  const named = `SIG${stopSignal.toUpperCase().replace(/^SIG/, '')}`;
  if (named in constants.signals) return named as NodeJS.Signals;
  return /^\d+$/.test(stopSignal) ? Number(stopSignal) : 'SIGTERM';
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

async function pidOf(child: Child, name: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('spawn', () => resolve(child.pid ?? 0));
  child.once('error', (error) => reject(new StartError(`exec: "${name}": ${error.message}`)));
  return promise;
}

async function exitOf(child: Child): Promise<ContainerEnd> {
  const { promise, resolve } = Promise.withResolvers<ContainerEnd>();
  child.once('exit', (code, signal) => resolve(endOf(code, signal)));
  return promise;
}
