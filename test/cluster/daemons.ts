import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

type DaemonName = 'kube-apiserver' | 'dockerd' | 'etcd' | 'kubelet';

/** A daemon of the test cluster, which runs as a process of this machine. */
export interface Daemon {
  pause(): void;
  goOn(): void;
  /** Ends it and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with the arguments it had, as `test/cluster/up` does. */
  start(): Promise<void>;
  /** Puts it back as it was, whatever a test has done. */
  restore(): Promise<void>;
}

export async function daemonOf(name: DaemonName): Promise<Daemon> {
  const folder = process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster';
  const pidFile = join(folder, 'run', `${name}.pid`);
  const pidOf = async () => Number(await readFile(pidFile, 'utf8'));
  let pid = await pidOf();
  const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  const send = (signal: NodeJS.Signals) => void process.kill(pid, signal);

  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    send(signal);
    while (await isAlive(pid)) await sleep(50);
  };
  const startOnce = async () => {
    const script = '. lib/common.bash && . lib/cgroups.bash && . lib/daemons.bash && start "$@"';
    const before = pid;
    await run('bash', ['-c', script, 'start', program, ...args], {
      cwd: import.meta.dirname,
      env: environmentOf(environment),
    });
    for (let turn = 0; turn < 100 && pid === before; turn += 1) {
      await sleep(50);
      pid = await pidOf();
    }
    await sleep(1000);
  };
  /** dockerd refuses while the one that was killed is still in the table of processes. */
  const start = async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await startOnce();
      if (await isAlive(pid)) return;
    }
    throw new Error(`${name} does not start; its log is in ${join(folder, 'log')}`);
  };
  return {
    pause: () => send('SIGSTOP'),
    goOn: () => send('SIGCONT'),
    end,
    start,
    async restore() {
      if (!(await isAlive(pid))) await start();
      send('SIGCONT');
    },
  };
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}

function environmentOf(text: string): NodeJS.ProcessEnv {
  const pairs = text.split('\0').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}
