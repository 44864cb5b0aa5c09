import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPortOwner } from '../../../src/forward/port-owner.ts';

test('a port that the session of another project has is told with that project', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rockpool-owner-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'web'));
  await mkdir(join(root, '.rockpool'));
  await writeFile(join(root, 'rockpool.yaml'), 'version: 1\n');
  const script = `const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', script], {
    cwd: join(root, 'web'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const port = Number(String((await once(child.stdout, 'data'))[0]));
  expect(await findPortOwner(port)).toEqual({ pid: child.pid, name: 'node' });

  const session = { version: 1, startedAt: '1', socket: '/s', app: 'a', context: 'c', namespace: 'n' };
  const write = (pid = 0) =>
    writeFile(join(root, '.rockpool/session.json'), JSON.stringify({ ...session, pid }));
  await write(1);
  expect(await findPortOwner(port)).not.toHaveProperty('project');
  await write(child.pid);
  expect(await findPortOwner(port)).toMatchObject({ pid: child.pid, project: root });
});
