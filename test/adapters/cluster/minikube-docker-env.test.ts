import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { minikubeEnvironment, readDockerEnv } from '../../../src/cluster/minikube-docker-env.ts';
import { fakeMinikube } from './fake-minikube.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = AbortSignal.timeout(60_000);
const running = `echo '{"DOCKER_CERT_PATH":"/certs","DOCKER_HOST":"tcp://192.168.49.2:2376","DOCKER_TLS_VERIFY":"1"}'`;
const profile = (fields: object) =>
  JSON.stringify({ invalid: [], valid: [{ Name: 'work', Config: { Nodes: [{}], ...fields } }] });

describe('readDockerEnv', () => {
  it('reads the Docker Engine of the profile', async () => {
    const { env, calls } = await fakeMinikube(folder, `echo 'I1121 klog line' >&2; ${running}`);
    await expect(readDockerEnv({ profile: 'work', env, signal })).resolves.toEqual({
      docker: { host: 'tcp://192.168.49.2:2376', certPath: '/certs', tlsVerify: true },
    });
    expect(await readFile(calls, 'utf8')).toBe('docker-env --shell none -o json -p work\n');
  });

  it.each<[string, string, string | undefined, object]>([
    [
      'is stopped',
      "printf 'false exit code 83'; exit 83",
      undefined,
      { code: 'MINIKUBE_STOPPED', command: 'minikube start -p work' },
    ],
    ['does not exist', "printf 'false exit code 85'; exit 85", undefined, { code: 'MINIKUBE_NO_PROFILE' }],
    ['has the driver none', "printf 'false exit code 51'; exit 51", undefined, { code: 'MINIKUBE_DRIVER' }],
    [
      'breaks minikube',
      "echo 'X Exiting due to HOST_ERROR: no idea' >&2; exit 80",
      undefined,
      { code: 'MINIKUBE_FAILED', output: 'X Exiting due to HOST_ERROR: no idea' },
    ],
    ['answers without an address', "echo '{}'", undefined, { code: 'MINIKUBE_FAILED' }],
  ])('says so when the profile %s', async (_, dockerEnv, profiles, failure) => {
    const { env } = await fakeMinikube(folder, dockerEnv, profiles);
    await expect(readDockerEnv({ profile: 'work', env, signal })).rejects.toMatchObject({
      failures: [failure],
    });
  });

  it.each([
    ['containerd', { runtime: 'containerd', nodes: 1 }],
    ['crio', { runtime: 'crio', nodes: 1 }],
    ['multinode', { runtime: 'docker', nodes: 2 }],
  ])('knows that there is no engine to build into in a minikube with %s', async (situation, answer) => {
    const recorded = join(import.meta.dirname, '../../cluster/bin');
    const env = { PATH: `${recorded}:${process.env.PATH}`, ROCKPOOL_FAKE_MINIKUBE: situation };
    await expect(readDockerEnv({ profile: 'minikube', env, signal })).resolves.toEqual(answer);
  });

  it('knows containerd by the ssh address alone', async () => {
    const { env } = await fakeMinikube(folder, `echo '{"DOCKER_HOST":"ssh://docker@127.0.0.1:32772"}'`);
    await expect(readDockerEnv({ profile: 'work', env, signal })).resolves.toEqual({ runtime: 'containerd' });
  });

  it('says that a profile is stopped before anything of its runtime', async () => {
    const containerd = profile({ KubernetesConfig: { ContainerRuntime: 'containerd' } });
    const { env } = await fakeMinikube(folder, "printf 'false exit code 83'; exit 83", containerd);
    await expect(readDockerEnv({ profile: 'work', env, signal })).rejects.toMatchObject({
      failures: [{ code: 'MINIKUBE_STOPPED' }],
    });
  });

  it.each([
    ['stopped', 'MINIKUBE_STOPPED'],
    ['no-profile', 'MINIKUBE_NO_PROFILE'],
    ['none-driver', 'MINIKUBE_DRIVER'],
  ])('understands the recorded answers of a minikube that is %s', async (situation, code) => {
    const recorded = join(import.meta.dirname, '../../cluster/bin');
    const env = { PATH: `${recorded}:${process.env.PATH}`, ROCKPOOL_FAKE_MINIKUBE: situation };
    await expect(readDockerEnv({ profile: 'minikube', env, signal })).rejects.toMatchObject({
      failures: [{ code }],
    });
  });

  it('says so when minikube is not on the PATH', async () => {
    await expect(readDockerEnv({ profile: 'work', env: { PATH: folder }, signal })).rejects.toMatchObject({
      failures: [{ code: 'MINIKUBE_MISSING' }],
    });
  });

  it('passes names to minikube as one argument, whatever is in them', async () => {
    const { env, calls } = await fakeMinikube(folder, running);
    await readDockerEnv({ profile: `a'b $(touch ${folder}/canary);`, env, signal });
    expect(await readFile(calls, 'utf8')).toContain(`-p a'b $(touch ${folder}/canary);\n`);
    expect(existsSync(join(folder, 'canary'))).toBe(false);
  });

  describe('with a minikube that hangs', () => {
    /** waits in a child of its own, as minikube does in docker and ssh */
    const hanging = () => `sleep 1000 & echo $! > '${folder}/child'; echo $$ > '${folder}/self'; wait`;

    it('ends it and what it started when the signal fires, and passes the reason on', async () => {
      const { env } = await fakeMinikube(folder, hanging());
      const controller = new AbortController();
      const reading = readDockerEnv({ profile: 'work', env, signal: controller.signal });
      const pids = [await pidIn('self'), await pidIn('child')];
      controller.abort(new Error('the session ends'));
      await expect(reading).rejects.toThrow('the session ends');
      await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
    });

    it('ends it and what it started after the time limit', async () => {
      const { env } = await fakeMinikube(folder, hanging());
      const reading = readDockerEnv({ profile: 'work', env, signal, timeout: 500 });
      await expect(reading).rejects.toMatchObject({ failures: [{ code: 'MINIKUBE_TIMEOUT' }] });
      const pids = [await pidIn('self'), await pidIn('child')];
      await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
    });
  });

  it('starts nothing when the signal fired before', async () => {
    const { env, calls } = await fakeMinikube(folder, running);
    await expect(readDockerEnv({ profile: 'work', env, signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    );
    expect(existsSync(calls)).toBe(false);
  });
});

describe('minikubeEnvironment', () => {
  it('takes back what minikube docker-env left in the shell', () => {
    const env = {
      PATH: '/bin',
      MINIKUBE_HOME: '/mk',
      DOCKER_HOST: 'tcp://192.168.49.2:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/certs',
      MINIKUBE_ACTIVE_DOCKERD: 'other',
      MINIKUBE_EXISTING_DOCKER_HOST: 'unix:///run/colima.sock',
    };
    expect(minikubeEnvironment(env)).toEqual({
      PATH: '/bin',
      MINIKUBE_HOME: '/mk',
      DOCKER_HOST: 'unix:///run/colima.sock',
    });
  });

  it("keeps the user's own DOCKER_HOST, through which the docker driver reaches its node", () => {
    const env = { DOCKER_HOST: 'unix:///run/colima.sock' };
    expect(minikubeEnvironment(env)).toEqual(env);
  });
});

function pidIn(name: string): Promise<number> {
  return vi.waitFor(async () => {
    const pid = Number.parseInt(await readFile(join(folder, name), 'utf8'), 10);
    expect(pid).toBeGreaterThan(0);
    return pid;
  }, 10_000);
}

/** A zombie that nobody has waited for yet is dead, too. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
