import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPlayground, GREETER, SMALL } from './playground.ts';

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function withPort(port: number): Readonly<Record<string, string>> {
  const extra = `  - { name: port, ask: Port, type: port, default: ${port}, replaces: ${port}, in: [rockpool.yaml] }\n`;
  return {
    'template.yaml': `${SMALL['template.yaml']}${extra}`,
    'rockpool.yaml': `${SMALL['rockpool.yaml']}forwards: [{ to: service/web, port: 80, local: ${port} }]\n`,
  };
}

test('a default port that is taken becomes the next free one, and that is said', async () => {
  const { write, run, read } = createPlayground();
  const port = await takePort();
  write('t', withPort(port));
  const { status, stdout } = run(['./t', 'xx']);
  expect(status).toBe(0);
  const [, chosen] = /Port on this machine: (\d+) \(--port; (\d+) is taken\)\./.exec(stdout) ?? [];
  expect(Number(chosen)).toBeGreaterThan(port);
  expect(read('xx/rockpool.yaml')).toContain(`local: ${chosen}`);
});

test('a port that was given stays, and is named with its flag', async () => {
  const { write, run, read } = createPlayground();
  const port = await takePort();
  write('t', withPort(port));
  expect(run(['./t', 'xx', '--port', String(port)]).stdout).toContain(
    `Port on this machine: ${port} (--port).`,
  );
  expect(read('xx/rockpool.yaml')).toContain(`local: ${port}`);
});

test.each([
  ['日本', 'app'],
  ['123', 'app-123'],
  ['Bad_Name!', 'bad-name'],
])('in the folder %s the project is called %s, and that is said', (folder, name) => {
  const { run } = createPlayground();
  const { stdout } = run([GREETER, folder]);
  expect(stdout).toContain(`The project is called ${name}, since ${folder} is no name`);
  expect(run([GREETER, `${folder}2`, '--name', 'mine']).stdout).not.toContain('is called');
});
