import { readdirSync, readFileSync } from 'node:fs';

/** SIGKILL, or another signal, to a process group. One that has gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * SIGKILL to every process whose environment has this mark, also those that left their group. Only Linux shows the
 * environment of processes; elsewhere a process that made a session of its own is not found.
 */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || !hasMark(pid, mark)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** The mark is the whole value, or the start of it up to a `#`. */
function hasMark(pid: number, mark: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const at = variables.indexOf(`${VARIABLE}=${mark}`);
    const after = variables[at + VARIABLE.length + 1 + mark.length];
    return at !== -1 && (after === '\0' || after === '#');
  } catch {
    // Another user's, or gone.
    return false;
  }
}

const VARIABLE = 'ROCKPOOL_SANDBOX';
