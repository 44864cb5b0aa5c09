import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkPorts } from '../../../src/forward/check-ports.ts';
import { spec } from './forwarding.ts';

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Another program that listens on a port. */
async function otherProgram(): Promise<{ port: number; pid: number }> {
  const script = `const s = require('net').createServer().listen(0, '0.0.0.0', () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const [line] = await once(child.stdout, 'data');
  return { port: Number(String(line)), pid: child.pid ?? 0 };
}

describe('the check of local ports before a session', () => {
  it('finds nothing wrong with free ports, and leaves them free', async () => {
    const [a = 0, b = 0] = await freePorts(2);
    const specs = [{ ...spec, local: a }, { ...spec, local: b }, spec, spec];
    expect(await checkPorts(specs)).toEqual([]);
    expect(await checkPorts(specs)).toEqual([]);
  });

  it('names every problem at once: who has a port, and which two forwards want the same', async () => {
    const { port, pid } = await otherProgram();
    const [free = 0] = await freePorts(1);
    const failures = await checkPorts([
      { ...spec, id: 'service/web:80', local: port },
      { ...spec, id: 'service/api:80', local: free },
      { ...spec, id: 'service/db:5432', local: free },
    ]);
    expect(failures.map(({ code, subject, message }) => ({ code, subject, message }))).toEqual([
      {
        code: 'PORT_TAKEN',
        subject: 'forward/service/web:80',
        message: `127.0.0.1:${port} is taken by node (pid ${pid})`,
      },
      {
        code: 'PORT_TWICE',
        subject: 'forward/service/db:5432',
        message: `forwards service/api:80 and service/db:5432 both want local port ${free}`,
      },
    ]);
  });
});
