import { constants } from 'node:os';
import type { ContainerEnd } from './runtime.ts';

/** Who is told which groups there are. */
export interface OwnProcesses {
  add(group: number): Promise<void>;
  remove(group: number): void;
}

/** Where and as what the processes of a container run. */
export interface ProcessPlace {
  readonly id: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly processes: OwnProcesses;
  /**
   * The program, as an absolute path, and its arguments. Throws a StartError.
   * @param first the container's first process, as a word: where the command has process 1
   */
  resolve(command: readonly string[], first: string): readonly [string, ...string[]];
}

/** As shells and container runtimes count: 128 and the number of the signal. Pure. */
export function endOf(code: number | null, signal: NodeJS.Signals | null): ContainerEnd {
  const at = new Date();
  if (signal === null) return { exitCode: code ?? 0, at };
  return { exitCode: 128 + (constants.signals[signal] ?? 0), signal, at };
}
