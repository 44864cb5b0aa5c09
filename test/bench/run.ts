/**
 * Edit to serving, rockpool beside the floor: the same application and edits, one of each in turn, on one cluster.
 *
 *   npm run bench                 20 edits, prints medians and the ratio, exits 1 above 1.3
 *   npm run bench -- --edits 5    fewer
 *   npm run bench -- --report     tells the ratio and exits 0 whatever it is: for machines that others use too
 *   npm run bench -- --write      also writes test/bench/results/edit-to-serving.json
 *
 * rockpool: from just before the write of the file until a GET through its forward returns the new text. The floor: a
 * BuildKit build, a patch and the new pod's answer on its own address, by a script that shares no code with rockpool.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { enterCluster } from '../cluster/enter-cluster.ts';

/** At most this many times the floor: what the project promises for a rebuild. */
const BOUND = 1.3;
const NAMESPACE = 'rockpool-bench';
const here = import.meta.dirname;

const { values: options } = parseArgs({
  options: {
    edits: { type: 'string', default: '20' },
    report: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const leaveCluster = enterCluster(['node:24-slim']);
const folder = await mkdtemp(join(tmpdir(), 'rockpool-bench-'));
const children: ChildProcess[] = [];
/** Work that hangs is ended, and tells so by its exit code. */
const guard = setTimeout(() => {
  console.error('bench: an edit was not served within 10 minutes');
  for (const child of children) child.kill('SIGKILL');
  process.exit(1);
}, 600_000);
try {
  const floor = await startFloor();
  const rockpool = await startRockpool();
  const rows: { floor: number; rockpool: number }[] = [];
  for (let n = 1; n <= Number(options.edits); n += 1) {
    const row = { floor: await floor.edit(), rockpool: await rockpool.edit() };
    console.error(`${n}: floor ${row.floor.toFixed(0)} ms, rockpool ${row.rockpool.toFixed(0)} ms`);
    rows.push(row);
  }
  await floor.quit();
  await rockpool.quit();
  await report(rows);
} finally {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
  execFileSync('kubectl', ['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false'], {
    stdio: 'ignore',
  });
  await rm(folder, { recursive: true, force: true });
  leaveCluster();
  clearTimeout(guard);
}

interface Tool {
  /** one edit, in ms until it is served */
  edit(): Promise<number>;
  quit(): Promise<void>;
}

function start(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function startFloor(): Promise<Tool> {
  const { child, lines } = start([join(here, 'floor', 'floor.ts'), '--stdin'], here);
  const next = async () => JSON.parse((await lines.next()).value ?? 'null');
  if (!(await next())?.ready) throw new Error('the floor did not start');
  return {
    edit: async () => {
      child.stdin?.write('edit\n');
      return (await next()).total;
    },
    quit: async () => {
      child.stdin?.end('quit\n');
      await once(child, 'exit');
    },
  };
}

async function startRockpool(): Promise<Tool> {
  await cp(join(here, 'app'), folder, { recursive: true });
  const bin = join(here, '..', '..', 'bin', 'rockpool.js');
  const { child, lines } = start([bin, 'up', '--output', 'json', '-n', NAMESPACE], folder);
  let port = 0;
  let settled = Promise.withResolvers<void>();
  let built = Promise.withResolvers<void>();
  void (async () => {
    for await (const line of lines) {
      const event = JSON.parse(line);
      if (event.type === 'forward.opened') port = event.port;
      if (event.type === 'build.succeeded') built.resolve();
      if (event.type === 'workload.observed' && event.workload.rollout === 'complete') settled.resolve();
    }
  })();
  await settled.promise;
  let n = 0;
  const run = Date.now().toString(36);
  return {
    edit: async () => {
      n += 1;
      settled = Promise.withResolvers();
      built = Promise.withResolvers();
      const text = `token ${run} ${n}`;
      const began = performance.now();
      await writeFile(join(folder, 'token.txt'), `${text}\n`);
      // Asking through the forward costs both cores; as the floor, it begins when there is something new to be had.
      await built.promise;
      while ((await get(port)) !== text) await new Promise((resolve) => setTimeout(resolve, 2));
      const took = performance.now() - began;
      await settled.promise;
      return took;
    },
    quit: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function get(port: number): Promise<string> {
  return new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', agent: false, timeout: 5000 }, async (answer) =>
      resolve(
        Buffer.concat(await answer.toArray())
          .toString()
          .trim(),
      ),
    );
    call
      .on('error', () => resolve(''))
      .on('timeout', () => call.destroy())
      .end();
  });
}

async function report(rows: readonly { floor: number; rockpool: number }[]): Promise<void> {
  const floor = median(rows.map((row) => row.floor));
  const rockpool = median(rows.map((row) => row.rockpool));
  const ratio = rockpool / floor;
  const result = {
    what: 'edit to serving through the forward, one-line edits, medians in ms',
    edits: rows.length,
    floor: Math.round(floor),
    rockpool: Math.round(rockpool),
    ratio: Number(ratio.toFixed(2)),
    bound: BOUND,
    machine: { cpus: cpus().length, node: process.version },
    rows: rows.map((row) => ({ floor: Math.round(row.floor), rockpool: Math.round(row.rockpool) })),
  };
  console.log(
    `floor ${result.floor} ms, rockpool ${result.rockpool} ms: ${result.ratio} times (at most ${BOUND})`,
  );
  if (options.write) {
    await mkdir(join(here, 'results'), { recursive: true });
    await writeFile(
      join(here, 'results', 'edit-to-serving.json'),
      `${JSON.stringify(result, undefined, 2)}\n`,
    );
  }
  process.exitCode = ratio > BOUND && !options.report ? 1 : 0;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
