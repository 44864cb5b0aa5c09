import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { StartError } from './runtime.ts';

/** The program of a command, as an absolute path. Throws a StartError worded as runc words it. */
export function findProgram(
  name: string,
  { cwd, path }: { readonly cwd: string; readonly path: string },
): string {
  if (name.includes('/')) return checked(isAbsolute(name) ? name : join(cwd, name), name);
  for (const folder of path.split(':').filter(Boolean)) {
    const candidate = join(folder, name);
    if (problemOf(candidate) === undefined) return candidate;
  }
  throw new StartError(`exec: "${name}": executable file not found in $PATH`);
}

function checked(program: string, name: string): string {
  const problem = problemOf(program);
  if (problem === undefined) return program;
  throw new StartError(`exec: "${name}": ${problem}`);
}

function problemOf(program: string): string | undefined {
  try {
    if (statSync(program).isDirectory()) return 'is a directory';
    accessSync(program, constants.X_OK);
    return undefined;
  } catch (error) {
    const isDenied = (error as NodeJS.ErrnoException).code === 'EACCES';
    return isDenied ? 'permission denied' : `stat ${program}: no such file or directory`;
  }
}
