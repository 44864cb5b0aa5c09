import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { LeaseHolder } from './lease-record.ts';

/** This process as the holder of a lease. @param what it does, in words: the project's folder, `rockpool stop` */
export async function thisHolder(what: string): Promise<LeaseHolder> {
  const name = hostname();
  return {
    id: randomUUID(),
    words: `${userName()}@${name} pid ${process.pid} (${what})`,
    hostname: name,
    host: await systemId(name),
    pid: process.pid,
    began: (await beginOf(process.pid)) ?? '',
    since: Date.now(),
  };
}

/** Whether a process of this system still is the one that began then. */
export async function isRunning(pid: number, began: string): Promise<boolean> {
  const now = await beginOf(pid);
  return now !== undefined && (began === '' || now === began);
}

/**
 * A pid means something within one boot of a system, and within one container. Where neither can be told, the machine's
 * name has to do.
 */
async function systemId(name: string): Promise<string> {
  const parts = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return [name, ...parts.map((part) => part.trim())].join(' ');
}

/**
 * When a process began, as the system writes it; undefined when there is none. Linux: field 22 of proc(5)
 * /proc/<pid>/stat, ticks since the boot, field 2 being whatever it likes; else ps.
 */
export async function beginOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // A zombie has ended and waits for its parent to see it.
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    }
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', `${pid}`], { env });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Some containers run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `${process.getuid?.() ?? 'somebody'}`;
  }
}
