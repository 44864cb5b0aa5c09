import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

const start = (env: NodeJS.ProcessEnv) =>
  spawn(process.execPath, ['src/main.ts'], {
    cwd: `${import.meta.dirname}/..`,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test('ends at once where a setting is missing or wrong, and says which', async () => {
  for (const [env, says] of [
    [{}, /^GREETING is not set/],
    [{ GREETING: 'Hi', LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud"/],
    [{ GREETING: 'Hi', PORT: 'http' }, /^PORT is "http"/],
  ] as const) {
    const child = start(env);
    const exit = once(child, 'exit');
    const [line] = await once(createInterface(child.stdout), 'line');
    assert.match(JSON.parse(line).message, says);
    assert.deepEqual(await exit, [78, null]);
  }
});

test('ends well on SIGTERM', async () => {
  const child = start({ GREETING: 'Hi' });
  const exit = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  assert.equal(JSON.parse(line).message, 'listening');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
});
