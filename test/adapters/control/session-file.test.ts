import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findSession } from '../../../src/control/find-session.ts';
import {
  isAlive,
  readSessionFile,
  removeSessionFile,
  sessionFilePath,
  writeSessionFile,
} from '../../../src/control/session-file.ts';
import { socketAddress } from '../../../src/control/socket-address.ts';

let root: string;
const names = { socket: '/nowhere/a.sock', app: 'shop', context: 'minikube', namespace: 'shop' };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rp-session-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('what was written is read, by its owner only, and removed by its writer only', async () => {
  await writeSessionFile(root, names);
  const file = await readSessionFile(root);
  expect(file).toMatchObject({ version: 1, pid: process.pid, ...names });
  expect(file && (await isAlive(file))).toBe(true);
  expect((await stat(sessionFilePath(root))).mode & 0o777).toBe(0o600);
  await writeFile(sessionFilePath(root), JSON.stringify({ ...file, pid: 1 }));
  await removeSessionFile(root);
  expect((await readSessionFile(root))?.pid).toBe(1);
});

test('a process that has ended, and another one of the same pid, are told from the session', async () => {
  await writeSessionFile(root, names);
  const file = await readSessionFile(root);
  expect(await isAlive({ pid: process.pid, startedAt: `${file?.startedAt}` })).toBe(true);
  expect(await isAlive({ pid: process.pid, startedAt: 'before' })).toBe(false);
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await isAlive({ pid: child.pid ?? 0, startedAt: '' })).toBe(false);
});

test('a damaged file counts as none; the nearest one above is taken', async () => {
  await expect(findSession(root)).rejects.toMatchObject({ failures: [{ code: 'NO_SESSION' }] });
  await mkdir(join(root, '.rockpool'));
  await writeFile(sessionFilePath(root), '{"version": 1, "pid"');
  await expect(findSession(root)).rejects.toMatchObject({ failures: [{ code: 'NO_SESSION' }] });
  await writeSessionFile(root, names);
  await mkdir(join(root, 'web', 'src'), { recursive: true });
  await expect(findSession(join(root, 'web', 'src'))).rejects.toMatchObject({
    failures: [{ code: 'CONTROL_UNAVAILABLE' }],
  });
});

test('the address is the project’s own and short enough for every system', () => {
  const one = socketAddress('/home/ann/shop', {});
  expect(socketAddress('/home/ann/shop', {})).toBe(one);
  expect(socketAddress('/home/ann/blog', {})).not.toBe(one);
  expect(socketAddress('/a', { XDG_RUNTIME_DIR: '/run/user/1000' })).toMatch(
    /^\/run\/user\/1000\/rockpool\/[0-9a-f]{16}\.sock$/,
  );
  for (const long of [`/${'x'.repeat(90)}`, `/${'é'.repeat(45)}`, 'relative']) {
    const address = socketAddress('/a', { XDG_RUNTIME_DIR: long, TMPDIR: `/${'y'.repeat(100)}` });
    expect(Buffer.byteLength(address)).toBeLessThanOrEqual(103);
    expect(address).toMatch(/^\/tmp\/rockpool-/);
  }
});
