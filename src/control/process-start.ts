import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Ticks a second in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** When a process began, in ms since the epoch; undefined when there is none of that pid. */
export async function processStart(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** Field 22 of proc(5) /proc/<pid>/stat, in ticks since the boot; field 2 may hold blanks and parentheses. */
async function fromProc(pid: number): Promise<number | undefined> {
  try {
    const [stat, system] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/stat', 'utf8'),
    ]);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    const start = Number(fields[19]);
    // A zombie has ended, and only waits for its parent to notice.
    return fields[0] === 'Z' ? undefined : boot * 1000 + (start / TICKS) * 1000;
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<number | undefined> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', `${pid}`], { env });
    const began = Date.parse(stdout.trim());
    return Number.isNaN(began) ? undefined : began;
  } catch {
    return undefined;
  }
}
