import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProgram } from '../../../src/cluster/require-program.ts';
import { powershell } from '../../../src/completion/scripts/powershell.ts';
import { createSessionHandlers } from '../../../src/control/session-handlers.ts';
import { startControl } from '../../../src/control/start-control.ts';
import { createLogStore } from '../../../src/logs/log-store.ts';
import { createSession } from '../../../src/session/kernel.ts';
import type { WorkloadObserved } from '../../../src/session/observed.ts';
import { pod } from '../../support/events.ts';
import { scriptedPorts } from '../../support/scripted-ports.ts';
import { openShell, type ShellTerminal } from './shell-terminal.ts';

/** Ctrl-U: the line is empty again. */
const CLEAR = '\u0015';
const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'rockpool.js');
const config = `version: 1
name: shop
namespace: shop-dev
images: [{ name: shop/web, context: web }, { name: shop/api, context: api }]
manifests: [k8s]
forwards: [{ to: "service/web:80", local: 8080 }]
profiles: { ci: {}, canary: {} }
`;
const manifest = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { spec: { containers: [{ name: main, image: shop/web }, { name: proxy, image: x }] } } }
`;
const kubeconfig = `apiVersion: v1
kind: Config
current-context: minikube
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:8443" } }]
contexts: [{ name: minikube, context: { cluster: c } }, { name: "prod:eu", context: { cluster: c, namespace: live } }]
`;

let home: string;
let project: string;
let shell: ShellTerminal | undefined;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rockpool-shell-'));
  project = join(home, 'shop');
  for (const folder of ['', 'k8s', 'web', 'api', 'a dir'])
    await mkdir(join(project, folder), { recursive: true });
  await writeFile(join(project, 'rockpool.yaml'), config);
  await writeFile(join(project, 'k8s', 'web.yaml'), manifest('web'));
  for (const image of ['web', 'api']) await writeFile(join(project, image, 'Dockerfile'), 'FROM scratch\n');
  await writeFile(join(home, 'kubeconfig'), kubeconfig);
});
afterEach(async () => {
  shell?.close();
  shell = undefined;
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

const environment = () => ({ KUBECONFIG: join(home, 'kubeconfig') });
/** What the scripts are told for a line, without what each name is. */
function complete(line: string, cwd = project): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, 'complete', '--line', line], {
    ...{ encoding: 'utf8', cwd, input: '' },
    env: { ...process.env, ...environment() },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.replaceAll(/\t.*$/gm, '').trim().split('\n').join(' ');
}

describe('names', () => {
  test.each([
    ['rockpool up --context ', 'minikube prod:eu :'],
    ['rockpool up -n ', 'shop-dev default live :'],
    ['rockpool up --profile c', 'ci canary :'],
    ['rockpool build ', 'shop/web shop/api :'],
    ['rockpool open ', 'service/web:80 :'],
    ['rockpool restart ', 'web :'],
    ['rockpool logs ', 'deployment/web :'],
    ['rockpool exec web -c ', 'main proxy :'],
    ['rockpool wait ', 'web shop/web shop/api :'],
    ['rockpool completion ', 'bash zsh fish powershell :'],
    ['rockpool up -f ', ':files'],
  ])('%s', (line, expected) => {
    expect(complete(line)).toBe(expected);
  });

  test('templates: those that rockpool brings, and folders that are one; other folders once a path is begun', async () => {
    await mkdir(join(project, '.git'));
    await writeFile(
      join(project, 'api', 'template.yaml'),
      'version: 1\ndescription: x\nanswers:\n  - { name: colour, ask: Which, type: text, replaces: x, in: [x] }\n',
    );
    expect(complete('rockpool new n')).toBe('node :');
    expect(complete('rockpool new ')).toBe('node python shop static ./api :');
    expect(complete('rockpool new ./a')).toBe('./api :folders');
    expect(complete('rockpool new ./api --col')).toBe('--colour :');
  });

  test('the flags of a template are offered with those of new, each once', () => {
    expect(complete('rockpool new node --')).toMatch(/--yes .*--name --port :$/);
    expect(complete('rockpool new shop s1 --port 1 --p')).toBe(':');
    expect(complete('rockpool new shop --api')).toBe('--api-port :');
    expect(complete('rockpool new nothing --p')).toBe(':');
    expect(complete('rockpool new --')).not.toContain('--port');
  });

  test('of a project whose rockpool.yaml has mistakes, and of none', async () => {
    await writeFile(join(project, 'rockpool.yaml'), `${config}nonsense: 1\n`);
    expect(complete('rockpool build ')).toBe('shop/web shop/api :');
    expect(complete('rockpool restart ')).toBe(':');
    expect(complete('rockpool build ', home)).toBe(':');
    expect(complete('rockpool up --kubeconfig nowhere --context ')).toBe(':');
  });

  test('are those of the session where one runs', async () => {
    const ports = scriptedPorts();
    const session = createSession({ ports, chooseTarget: () => undefined });
    const logs = createLogStore({ lines: 10, bytes: 1000 });
    const handlers = createSessionHandlers({ session, logs, clock: ports.clock, check: async () => ({}) });
    const names = { app: 'shop', context: 'minikube', namespace: 'shop' };
    const control = await startControl({ root: project, handlers, ...names });
    try {
      session.dispatch({ type: 'session.started', ...names });
      session.dispatch({ type: 'workload.observed', workload: workload('Deployment/shop/live') });
      session.dispatch({ type: 'pod.observed', pod: pod({ owner: 'Deployment/shop/live' }) });
      await expect.poll(() => session.state().phase).toBe('running');
      const [container] = pod().containers.map(({ name }) => name);
      expect(await answered('rockpool restart ')).toBe('live :');
      expect(await answered('rockpool exec live -c ')).toBe(`${container} :`);
      session.dispatch({ type: 'workload.observed', workload: workload('Job/shop/later') });
      expect(await answered('rockpool logs ')).toBe('deployment/live job/later :');
    } finally {
      await session.close('over');
      await control.close();
    }
    expect(complete('rockpool restart ')).toBe('web :');
  });
});

const workload = (key: string): WorkloadObserved => ({
  ...{ key, mine: true, rollout: 'complete', desired: 1, updated: 1, ready: 1 },
  ...{ images: [], podLabels: {} },
});

/** The session lives in this process: it must be able to answer meanwhile. */
async function answered(line: string): Promise<string> {
  const { execa } = await import('execa');
  const { stdout } = await execa(process.execPath, [bin, 'complete', '--line', line], {
    ...{ cwd: project, env: environment(), stdin: 'ignore' },
  });
  return stdout.replaceAll(/\t.*$/gm, '').trim().split('\n').join(' ');
}

describe.each(['bash', 'zsh', 'fish'])('%s', (name) => {
  const open = async (context: { skip: (note: string) => void }) => {
    const isThere = (await findProgram(name, process.env)) !== undefined;
    if (!isThere && name !== 'bash') context.skip(`there is no ${name} on this machine`);
    shell = await openShell(name, { home, cwd: project, env: environment() });
    await shell.shows(/>/);
    return shell;
  };

  test('completes commands, options, names and files', async (context) => {
    const { type, shows } = await open(context);
    type('rockpool up --takeo\t');
    await shows(/> rockpool up --takeover/);
    type('--context pro\t');
    await shows(/--context prod(:|\\:)eu/);
    type('--profile=ca\t');
    await shows(/--profile=canary/);
    type(CLEAR);
    type('rockpool explain k8s/w\t');
    await shows(/explain k8s\/web\.yaml/);
    type(CLEAR);
    type('rockpool explain a\\ d\t');
    await shows(/explain a\\ dir\//);
  });

  test('shows what there is where several fit', async (context) => {
    const { type, shows } = await open(context);
    type('rockpool re\t\t');
    for (const command of ['render', 'resume', 'replay', 'restart']) await shows(new RegExp(command));
    type(CLEAR);
    type('rockpool build shop/\t\t');
    await shows(/shop\/web/);
    await shows(/shop\/api/);
  });

  test('runs nothing that stands on the line, and says nothing of mistakes', async (context) => {
    const { type, shows } = await open(context);
    type('rockpool logs $(touch touched) `touch touched` "\t\t');
    type(CLEAR);
    type('rockpool -f nowhere.yaml restart \t');
    type(CLEAR);
    type('echo and on\r');
    const screen = await shows(/^and on/m);
    expect(screen).not.toMatch(/error|NO_|CONFIG_|not found/i);
    expect(await readdir(project)).not.toContain('touched');
  });
});

test('PowerShell is handed its script', () => {
  const { stdout } = spawnSync(process.execPath, [bin, 'completion', 'powershell'], { encoding: 'utf8' });
  expect(stdout).toBe(powershell);
  expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName rockpool');
  expect(stdout).toContain('-split "`t", 2');
  expect(stdout).not.toContain('${');
});

test('how to install it is in the help, and an unknown shell is told', () => {
  const help = spawnSync(process.execPath, [bin, 'completion', '--help'], { encoding: 'utf8' });
  expect(help.stdout).toContain("echo 'source <(rockpool completion bash)' >> ~/.bashrc");
  const wrong = spawnSync(process.execPath, [bin, 'completion', 'csh'], { encoding: 'utf8' });
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('Allowed choices are bash, zsh, fish, powershell');
});
