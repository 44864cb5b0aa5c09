import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BareMachine, createBareMachine, type Run } from './bare-machine.ts';
import { openTerminal } from './open-terminal.ts';

const SLOW = 120_000;

/** A project whose image runs a command that leaves a mark on the machine. */
function createProject({ folder, program }: BareMachine): { readonly cwd: string; hasRun(): boolean } {
  const cwd = join(folder, 'project');
  // A redirection: the tools of a RUN step take /tmp for the image's own.
  program('leave-mark', `: >${join(folder, 'mark')}`);
  mkdirSync(cwd);
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  write('rockpool.yaml', 'version: 1\nname: web\nimages: [{ name: web }]\nmanifests: [web.yaml]\n');
  write(
    'Dockerfile',
    `FROM node:24\nWORKDIR /app\nCOPY main.mjs ./\nRUN leave-mark\nCMD ["node", "main.mjs"]\n`,
  );
  write('main.mjs', "console.log('up');\nsetInterval(() => undefined, 1000);\n");
  const pod = '{ metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } }';
  write(
    'web.yaml',
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: { matchLabels: { app: web } }, template: ${pod} }\n`,
  );
  return { cwd, hasRun: () => readdirSync(folder).includes('mark') };
}

async function end(run: Run): Promise<void> {
  run.kill('SIGTERM');
  expect(await run.exit).toBe(143);
}

describe('a machine without a cluster', () => {
  test.each<[string, string | undefined]>([
    ['no kubeconfig', undefined],
    ['an empty kubeconfig', 'apiVersion: v1\nkind: Config\n'],
    [
      'a cluster that does not answer',
      `apiVersion: v1
kind: Config
clusters: [{ name: dead, cluster: { server: "https://127.0.0.1:1" } }]
contexts: [{ name: kind-dead, context: { cluster: dead, user: me } }]
users: [{ name: me, user: { token: none } }]
current-context: kind-dead
`,
    ],
  ])('up with %s names the ways, and is 3', async (_name, kubeconfig) => {
    const machine = createBareMachine();
    const { cwd } = createProject(machine);
    if (kubeconfig !== undefined) {
      mkdirSync(join(machine.home, '.kube'));
      writeFileSync(join(machine.home, '.kube/config'), kubeconfig);
    }
    const run = machine.start(['up'], { cwd });
    expect(await run.exit, run.output()).toBe(3);
    for (const way of ['minikube start', 'rockpool up --cluster sandbox', 'rockpool demo']) {
      expect(run.output()).toContain(way);
    }
  });
});

describe("a project's commands in the sandbox", () => {
  test('without a terminal they need --yes', async () => {
    const machine = createBareMachine();
    const { cwd, hasRun } = createProject(machine);
    const run = machine.start(['up', '--cluster', 'sandbox'], { cwd });
    expect(await run.exit, run.output()).toBe(3);
    expect(run.output()).toContain(`the commands of ${cwd} as programs of this machine`);
    expect(run.output()).toContain('$ rockpool up --cluster sandbox --yes');
    expect(hasRun()).toBe(false);
    await expect.poll(machine.processes, { timeout: 20_000 }).toEqual([]);
  });

  test(
    'in a terminal they need one yes, which is remembered for this folder and not for a copy of it',
    async () => {
      const machine = createBareMachine();
      const { cwd, hasRun } = createProject(machine);
      const up = (where: string) => openTerminal(['up', '--cluster', 'sandbox'], machine, { cwd: where });

      const refused = up(cwd);
      await refused.until(/Do you trust them\?[\s\S]*\[n\] no/);
      refused.type('n');
      expect(await refused.exit).toBe(3);
      expect(hasRun()).toBe(false);

      const agreed = up(cwd);
      await agreed.until(/Do you trust them\?[\s\S]*\[n\] no/);
      agreed.type('y');
      await agreed.until(/web +Deployment +ready/);
      expect(hasRun()).toBe(true);
      agreed.type('q');
      expect(await agreed.exit).toBe(0);

      const again = up(cwd);
      await again.until(/web +Deployment +ready/);
      again.type('q');
      expect(await again.exit).toBe(0);

      // as a repo that brings somebody's yes along
      const copy = join(machine.folder, 'copy');
      cpSync(cwd, copy, { recursive: true, preserveTimestamps: true });
      const asked = up(copy);
      await asked.until(/Do you trust them\?[\s\S]*\[n\] no/);
      asked.type('n');
      expect(await asked.exit).toBe(3);
      await expect.poll(machine.processes, { timeout: 20_000 }).toEqual([]);
    },
    SLOW,
  );
});

test('other commands find the sandbox of the running session, and nothing of it afterwards', async () => {
  const machine = createBareMachine();
  const { cwd } = createProject(machine);
  const session = machine.start(['up', '--cluster', 'sandbox', '--yes'], { cwd });
  const rockpool = async (...args: string[]) => {
    const run = machine.start(args, { cwd });
    return { code: await run.exit, said: run.output() };
  };
  expect(await rockpool('wait', '--start-timeout', '30s')).toMatchObject({ code: 0 });
  expect(await rockpool('exec', 'web', '--', 'node', '-p', '6 * 7')).toEqual({ code: 0, said: '42\n' });
  expect(await rockpool('logs', '--no-follow', 'web')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/web-\S+ web up\n/),
  });
  expect(await rockpool('diff')).toMatchObject({ code: 0, said: expect.stringContaining('Deployment/') });
  expect(await rockpool('restart', 'web')).toMatchObject({ code: 0 });
  expect(await rockpool('exec', '--context', 'other', 'web', '--', 'true')).toMatchObject({
    code: 1,
    said: expect.stringContaining('There is no kubeconfig'),
  });
  const { sandbox } = JSON.parse(readFileSync(join(cwd, '.rockpool/session.json'), 'utf8'));
  await end(session);
  expect(await rockpool('exec', 'web', '--', 'true')).toMatchObject({
    code: 1,
    said: expect.stringContaining('There is no kubeconfig'),
  });
  expect(() => readFileSync(sandbox.kubeconfig)).toThrow('ENOENT');
  await expect.poll(machine.processes, { timeout: 20_000 }).toEqual([]);
}, 120_000);
