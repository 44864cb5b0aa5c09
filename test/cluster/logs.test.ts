import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeEvent, replay } from '../../src/session/event-log.ts';
import { copyProject, kubectl, repo, rockpool, type TestProject } from './harness.ts';

let project: TestProject;
let child: ChildProcess;

beforeEach(async () => {
  project = await copyProject('test/fixtures/page');
});

afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await project.remove();
});

/** `rockpool up` without a terminal: log lines on stdout. */
function startPlain() {
  child = spawn(process.execPath, [join(repo, 'bin', 'rockpool.js'), 'up', '-n', project.namespace], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const check of [...waiting]) check();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const lines = () => out.split('\n').slice(0, -1);
  const until = (fits: (lines: string[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!fits(lines())) return;
        waiting.delete(check);
        resolve();
      };
      child.once('exit', (code) => reject(new Error(`rockpool ended with ${code}:\n${err}`)));
      waiting.add(check);
      check();
    });
  return { lines, until, err: () => err };
}

/** The numbers that each pod counted, in the order of the lines. */
function counted(lines: readonly string[]): Map<string, number[]> {
  const byPod = new Map<string, number[]>();
  for (const line of lines) {
    const [, pod, number] = /^(\S+) web line (\d+) of /.exec(line) ?? [];
    if (pod && number) byPod.set(pod, [...(byPod.get(pod) ?? []), Number(number)]);
  }
  return byPod;
}

test('across a save, a deleted pod and a killed container, no line of any pod is lost or repeated', async () => {
  const session = startPlain();
  await session.until((lines) => lines.some((line) => line.includes('line 5 of first')));
  await project.write('web/www/index.html', 'second\n');
  await session.until((lines) => lines.some((line) => line.includes('line 5 of second')));
  const second =
    session
      .lines()
      .findLast((line) => line.includes('of second'))
      ?.split(' ')[0] ?? '';
  await kubectl('delete', 'pod', second, '-n', project.namespace, '--wait=false');
  await session.until((lines) =>
    lines.some((line) => !line.startsWith(second) && line.includes('line 5 of second')),
  );
  const third =
    session
      .lines()
      .findLast((line) => line.includes('of second') && !line.startsWith(second))
      ?.split(' ')[0] ?? '';
  // The command may go with the container, before it can say that it went well.
  await kubectl('exec', third, '-n', project.namespace, '--', 'sh', '-c', 'kill 1').catch(({ code }) =>
    expect(code).toBe(137),
  );
  const restarts = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith(third) && line.includes('started')).length;
  await session.until((lines) => restarts(lines) === 2 && lines.at(-1)?.includes('line') === true);

  const pods = [...counted(session.lines())];
  expect(pods.length).toBe(3);
  for (const [pod, numbers] of pods) {
    const again = numbers.indexOf(1, 1);
    const instances = again < 0 ? [numbers] : [numbers.slice(0, again), numbers.slice(again)];
    for (const instance of instances)
      expect([pod, instance]).toEqual([pod, instance.map((_, index) => index + 1)]);
  }
  expect(session.lines().filter((line) => line.endsWith('web stopped')).length).toBe(3);
});

test('the event log of a session can be read back and replayed, and holds no value of a Secret', async () => {
  await project.edit('rockpool.yaml', 'replicas: 1', 'replicas: 1\n  password: hunter2-hunter2');
  await project.write(
    'k8s/secret.yaml.liquid',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: web }\nstringData: { password: {{ values.password }} }\n',
  );
  const session = startPlain();
  await session.until((lines) => lines.some((line) => line.includes('line 1 of first')));
  child.kill('SIGTERM');
  await once(child, 'exit');
  const text = await readFile(join(project.dir, '.rockpool/events.jsonl'), 'utf8');
  const state = replay(text.trimEnd().split('\n').map(decodeEvent));
  expect(state.phase).toBe('stopping');
  expect(Object.values(state.resources).map(({ key }) => key)).toContain(`Secret/${project.namespace}/web`);
  expect(text + session.err()).not.toContain('hunter2');
});

test('rockpool logs prints the lines of a workload and ends when all is read', async () => {
  const session = startPlain();
  await session.until((lines) => lines.some((line) => line.includes('line 3 of first')));
  const { code, stdout } = await rockpool([
    'logs',
    'deployment/web',
    '-n',
    project.namespace,
    '--no-follow',
    '-i',
    'line [12] ',
  ]);
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\S+ /, '')),
  ).toEqual(['web line 1 of first', 'web line 2 of first']);
});
