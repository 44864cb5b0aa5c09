import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { sessionOfProcess } from './session-of-process.ts';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
  /** the folder of the project whose rockpool session it is */
  readonly project?: string;
}

/** Who listens on a TCP port of this machine; undefined when it cannot be told, as with another user's process. */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  try {
    const owner = process.platform === 'linux' ? await ownerByProc(port) : await ownerByLsof(port);
    const project = owner && (await sessionOfProcess(owner.pid));
    return owner && project !== undefined ? { ...owner, project } : owner;
  } catch {
    return undefined;
  }
}

/** The socket inodes that listen on a port, from /proc/net/tcp or tcp6. Pure. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map((row) => row.trim().split(/\s+/));
  return rows.flatMap((row) => (row[1]?.endsWith(suffix) && row[3] === LISTEN ? (row[9] ?? []) : []));
}

/** The first process of `lsof -Fpc`. Pure. */
export function firstOfLsof(output: string): PortOwner | undefined {
  const lines = output.split('\n');
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1);
  const name = lines.find((line) => line.startsWith('c'))?.slice(1);
  return pid && name ? { pid: Number(pid), name } : undefined;
}

/** The kernel's number for a listening socket, include/net/tcp_states.h. */
const LISTEN = '0A';

async function ownerByProc(port: number): Promise<PortOwner | undefined> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  const inodes = (await Promise.all(tables)).flatMap((table) => listeningInodes(table, port));
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holdsAny(pid, sockets)) return { pid: Number(pid), name: await processName(pid) };
  }
  return undefined;
}

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []); // ended meanwhile, or of another user
  const links = descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => ''));
  return (await Promise.all(links)).some((link) => sockets.has(link));
}

/** The program as it was called; its short name where that is empty. */
async function processName(pid: string): Promise<string> {
  const [program] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split(/[\0 ]/);
  return basename(program ?? '').replace(/:$/, '') || (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
}

async function ownerByLsof(port: number): Promise<PortOwner | undefined> {
  const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  return firstOfLsof(stdout);
}
