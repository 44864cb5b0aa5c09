import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPorts } from './check-ports.ts';
import { containerEnvironment } from './container-environment.ts';
import { makeContainerFolder } from './container-folder.ts';
import { mapCommand, type Places } from './container-paths.ts';
import { findProgram } from './find-program.ts';
import { openGroupRecords } from './group-records.ts';
import { mapSignals } from './map-signals.ts';
import { writePreloads } from './preload-folder.ts';
import type { OwnProcesses } from './process-place.ts';
import { runProcess } from './run-process.ts';
import type { ContainerSpec, RunningContainer, Runtime } from './runtime.ts';
import { startWatchdog } from './watchdog.ts';

/**
 * A runtime of plain processes. It alone may use the folder: what it finds running from there is an earlier run's, and
 * is stopped.
 */
export async function createProcessRuntime({ dir }: { readonly dir: string }): Promise<Runtime> {
  const mark = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const records = await openGroupRecords(dir, mark);
  const folders = join(dir, 'containers');
  rmSync(folders, { recursive: true, force: true });
  const watchdog = startWatchdog(mark);
  const preload = writePreloads(dir);
  const running = new Set<RunningContainer>();
  const starting = new Set<Promise<RunningContainer>>();
  const closing = new AbortController();
  const processes: OwnProcesses = {
    async add(group) {
      watchdog.add(group);
      await records.add(group);
    },
    remove(group) {
      watchdog.remove(group);
      records.remove(group);
    },
  };

  const begin = async (spec: ContainerSpec, signal: AbortSignal): Promise<RunningContainer> => {
    const id = randomBytes(32).toString('hex');
    const root = join(folders, id.slice(0, 12));
    try {
      await checkPorts(spec.address, spec.ports);
      await makeContainerFolder(root, spec, signal);
      const places: Places = { root, exists: existsSync };
      const ownMark = `${mark}#${id}`;
      const surroundings = { machine: process.env, places, mark: ownMark, preload };
      const env = containerEnvironment(spec, surroundings);
      const cwd = join(root, spec.workingDir);
      const resolve = (words: readonly string[], first: string): readonly [string, ...string[]] => {
        const [program = '', ...rest] = mapCommand(mapSignals(words, first), places);
        return [findProgram(program, { cwd, path: env.PATH ?? '' }), ...rest];
      };
      const container = await runProcess({ id, cwd, env, mark: ownMark, processes, resolve }, spec);
      running.add(container);
      void container.ended.finally(async () => {
        running.delete(container);
        await rm(root, { recursive: true, force: true });
      });
      return container;
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  };

  return {
    async start(spec, signal) {
      const either = AbortSignal.any([signal, closing.signal]);
      either.throwIfAborted();
      const start = begin(spec, either);
      starting.add(start);
      try {
        return await start;
      } finally {
        starting.delete(start);
      }
    },
    async close() {
      closing.abort(new Error('the sandbox is closing'));
      await Promise.allSettled(starting);
      for (const container of running) container.kill();
      await Promise.all([...running].map(({ ended }) => ended));
      watchdog.close();
      await rm(folders, { recursive: true, force: true });
    },
  };
}
