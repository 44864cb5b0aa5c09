import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { kubectl, repo, rockpool } from './harness.ts';
import { followPlainSession, type PlainSession } from './plain-session.ts';

const run = promisify(execFile);

/** What a program said, and how it ended. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project that `rockpool new` made of a template that rockpool brings, under a name that nobody else has. */
export interface MadeProject {
  readonly dir: string;
  /** of the project, and so of its namespace and its images */
  readonly name: string;
  /** the local port of the first forward */
  readonly port: number;
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  rockpool(...args: string[]): Promise<Ended>;
  /** `make`, with the rockpool of this checkout */
  make(...args: string[]): Promise<Ended>;
  /** `make run_local`, which goes on */
  runLocal(): PlainSession;
  /** kubectl in the namespace */
  kubectl(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** @param ports the answers of the template that are ports: each gets a free one */
export async function makeProject(template: string, ports: readonly string[]): Promise<MadeProject> {
  const folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  const name = `t-${template}-${randomBytes(4).toString('hex')}`;
  const dir = join(folder, name);
  const free = await freePorts(ports.length);
  const answers = ports.flatMap((port, index) => [`--${port}`, String(free[index])]);
  const made = await rockpool(['new', template, name, '--yes', ...answers], { cwd: folder });
  if (made.code !== 0) throw new Error(`rockpool new ended with ${made.code}: ${made.stderr}`);
  const words = [`ROCKPOOL=${join(repo, 'bin', 'rockpool.js')}`];
  // Node's own folder first, for the tests that a Makefile runs with the node on PATH
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  return {
    dir,
    name,
    port: free[0] ?? 0,
    edit: async (file, from, to) => {
      const before = await readFile(join(dir, file), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} has no ${from}`);
      await writeFile(join(dir, file), after);
    },
    rockpool: (...args) => rockpool(args, { cwd: dir }),
    make: (...args) => ended('make', [...args, ...words], { cwd: dir, env }),
    runLocal: () =>
      followPlainSession(
        spawn('make', ['run_local', 'ARGS=--output plain', ...words], {
          cwd: dir,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      ),
    kubectl: (...args) => kubectl('-n', name, ...args),
    remove: async () => {
      await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=false');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command to its end. */
export async function ended(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Ended> {
  try {
    return { code: 0, ...(await run(command, args, { ...options, maxBuffer: 64 << 20 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

/** All are held until the last is known, so that none is given twice. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
