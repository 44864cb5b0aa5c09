import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A registry on loopback: the real program, which Debian calls docker-registry. */
export interface Registry {
  /** 127.0.0.1:port, which Docker and containerd reach by http */
  readonly host: string;
  /** the tags of a repository */
  tags(repository: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Of the one user `tester`: bcrypt of `secret`, made with libcrypt. */
const PASSWORDS = 'tester:$2b$04$PfJtKeeo7cpIzdWoh.e5rOdlr33WQNMKsmE4jZNdBU.irKydB71dS\n';
export const LOGIN = Buffer.from('tester:secret').toString('base64');

/** @param login whether it asks for the login of `tester` */
export async function startRegistry({ login = false } = {}): Promise<Registry> {
  install();
  const folder = await mkdtemp(join(tmpdir(), 'rp-registry-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'passwords'), PASSWORDS);
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'config.yml'), settings(folder, host, login));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  const headers = { authorization: `Basic ${LOGIN}` };
  const get = (path: string) => fetch(`http://${host}/v2/${path}`, { headers });
  for (const end = Date.now() + 20_000; !(await answers(get)); ) {
    if (child.exitCode !== null || Date.now() > end) throw new Error('the registry does not answer');
    await sleep(50);
  }
  return {
    host,
    tags: async (repository) =>
      ((await (await get(`${repository}/tags/list`)).json()) as { tags?: string[] }).tags ?? [],
    stop: async () => {
      child.kill('SIGTERM');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A cluster that was up before this program was a part of it lacks it. */
function install(): void {
  try {
    execFileSync('docker-registry', ['--version'], { stdio: 'ignore' });
  } catch {
    execFileSync(join(import.meta.dirname, 'install'), { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

function settings(folder: string, addr: string, login: boolean): string {
  const auth = login ? { auth: { htpasswd: { realm: 'test', path: join(folder, 'passwords') } } } : {};
  const storage = { filesystem: { rootdirectory: join(folder, 'data') } };
  return JSON.stringify({ version: 0.1, storage, http: { addr }, log: { level: 'error' }, ...auth });
}

async function answers(get: (path: string) => Promise<Response>): Promise<boolean> {
  return get('').then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
  });
}
