import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  copyProject,
  is,
  kubectl,
  rockpool,
  startSession,
  type TestProject,
  type TestSession,
  untilAnswer,
} from './harness.ts';
import { ownImages } from './own-images.ts';

/** Each round kills two sessions. */
const ROUNDS = 15;
/** ms in which a session starts, builds, deploys and forwards here */
const LIFE = 4000;

let project: TestProject;
let session: TestSession | undefined;

beforeAll(async () => {
  project = await copyProject('test/fixtures/page');
  await ownImages(project, ['k8s/web.yaml.liquid']);
});

afterAll(async () => {
  await session?.stop();
  await rockpool(['down', '-n', project.namespace, '--takeover'], { cwd: project.dir });
  await project.remove();
});

const save = (text: string) => project.write('web/www/index.html', `${text}\n`);

async function kill({ child }: TestSession): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Processes that work in the project's folder: whatever a session started. */
async function processesOfProject(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(
    pids.map(async (pid) => {
      const [cwd, command] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      return cwd.startsWith(project.dir) ? `${pid} ${command.replaceAll('\0', ' ')}` : '';
    }),
  );
  return places.filter((place) => place !== '');
}

function isListenedOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}

async function nothingIsLeftOf(killed: TestSession): Promise<void> {
  await expect.poll(processesOfProject, { timeout: 20_000 }).toEqual([]);
  const ports = killed.events.filter(is('forward.opened')).map(({ port }) => port);
  expect(await Promise.all(ports.map(isListenedOn))).toEqual(ports.map(() => false));
  const paused = ['get', 'deployments', '-n', project.namespace, '-o', 'jsonpath={.items[*].spec.paused}'];
  expect(await kubectl(...paused)).toBe('');
}

test(`killed at ${2 * ROUNDS} random points of its life: the next session takes over at once and serves the newest save`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const early = startSession(project);
    const [edit, end] = [Math.random() * LIFE, Math.random() * LIFE].sort((a, b) => a - b) as [
      number,
      number,
    ];
    await sleep(edit);
    await save(`round ${round}`);
    await sleep(end - edit);
    await kill(early);
    await nothingIsLeftOf(early);

    const next = startSession(project);
    session = next;
    const { port } = await next.next(is('forward.opened'));
    const when = `round ${round}: saved after ${Math.round(edit)} ms, killed after ${Math.round(end)} ms`;
    const served = untilAnswer(
      `http://127.0.0.1:${port}/`,
      (body) => body.trim() === `round ${round}`,
      60_000,
    );
    await served.catch((error: Error) => {
      throw new Error(`${when}; ${error.message}\n${next.stderr()}`);
    });
    expect({ when, stderr: next.stderr() }).toMatchObject({
      stderr: expect.not.stringMatching(/looking for|is held by/),
    });
    await save(`round ${round}, at the end`);
    await sleep((Math.random() * LIFE) / 4);
    await kill(next);
    await nothingIsLeftOf(next);
  }
  session = startSession(project);
  const { port } = await session.next(is('forward.opened'));
  await untilAnswer(`http://127.0.0.1:${port}/`, (body) => body.trim() === `round ${ROUNDS}, at the end`);
  expect(session.events.filter(is('effect.crashed'))).toEqual([]);
  expect(await session.stop()).toBe(143);
  expect(await kubectl('get', 'leases', '-n', project.namespace, '-o', 'name')).toBe('');
}, 600_000);
