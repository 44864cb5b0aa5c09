import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Docker Engine of this machine whose images the node of the test cluster does not see. */
export interface SecondDocker {
  /** for DOCKER_HOST */
  readonly host: string;
  docker(...args: readonly string[]): string;
  stop(): Promise<void>;
}

const cluster = process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster';

/**
 * Starts a second dockerd on the test cluster's containerd, in a namespace of its own, as a developer's machine has one
 * beside a cluster in a VM. It has the base image busybox, and no network for RUN steps.
 */
export async function startSecondDocker(): Promise<SecondDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'rp-docker-'));
  const host = `unix://${folder}/docker.sock`;
  const namespace = `second-${folder.split('-').at(-1)}`;
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'docker.json'), settings(folder, host, namespace));
  const child = spawn('dockerd', ['--config-file', join(folder, 'docker.json')], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  const docker = (...args: readonly string[]) =>
    execFileSync('docker', ['-H', host, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    const images = docker('image', 'ls', '-q', '--no-trunc').split('\n').filter(Boolean);
    if (images.length > 0) docker('image', 'rm', '-f', ...new Set(images));
    docker('builder', 'prune', '-af');
    child.kill('SIGTERM');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  await untilAnswers(docker, () => child.exitCode);
  const archive = join(folder, 'busybox.tar');
  execFileSync('docker', ['-H', `unix://${cluster}/docker.sock`, 'save', '-o', archive, 'busybox']);
  docker('load', '-q', '-i', archive);
  await rm(archive);
  return { host, docker, stop };
}

function settings(folder: string, host: string, namespace: string): string {
  return JSON.stringify({
    features: { 'containerd-snapshotter': true },
    containerd: join(cluster, 'containerd.sock'),
    'containerd-namespace': namespace,
    'containerd-plugins-namespace': `plugins.${namespace}`,
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'dockerd.pid'),
    hosts: [host],
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
  });
}

async function untilAnswers(docker: SecondDocker['docker'], ended: () => number | null): Promise<void> {
  for (const end = Date.now() + 30_000; ; ) {
    try {
      docker('version');
      return;
    } catch (error) {
      if (ended() !== null || Date.now() > end) throw error;
    }
    await sleep(100);
  }
}
