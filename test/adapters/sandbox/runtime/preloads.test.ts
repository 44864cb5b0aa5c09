import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProcessRuntime } from '../../../../src/sandbox/runtime/process-runtime.ts';
import type { Runtime } from '../../../../src/sandbox/runtime/runtime.ts';
import { imageOf, specOf } from './image-of.ts';

const { signal } = new AbortController();
let dir: string;
let runtime: Runtime;

beforeEach(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
  runtime = await createProcessRuntime({ dir: join(dir, 'run') });
});

afterEach(async () => {
  await runtime.close();
  rmSync(dir, { recursive: true });
});

// Another one each time: a closed connection keeps its address for a minute.
const block = randomInt(256);
const own = `127.42.${block}.3`;
const NODE_SERVER = `
const { createServer } = require('node:net');
const [how] = process.argv.slice(2);
const server = createServer((socket) => socket.end('node ' + server.address().address));
const done = () => console.log('up');
if (how === 'port') server.listen(43117, done);
if (how === 'everywhere') server.listen(43117, '0.0.0.0', done);
if (how === 'localhost') server.listen({ port: 43117, host: 'localhost' }, done);
`;
const PYTHON_SERVER = `
import asyncio, socketserver, sys

class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"python")

async def serve():
    async def handle(reader, writer):
        writer.write(b"python"); await writer.drain(); writer.close()
    server = await asyncio.start_server(handle, None, 43117)
    print("up", flush=True)
    await server.serve_forever()

if sys.argv[1] == "asyncio":
    asyncio.run(serve())
else:
    server = socketserver.ThreadingTCPServer(("0.0.0.0", 43117), Handler)
    print("up", flush=True)
    server.serve_forever()
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const servers = [
  ['node', 'node', ['server.cjs', 'port']],
  ['node', 'node', ['server.cjs', 'everywhere']],
  ['node', 'node', ['server.cjs', 'localhost']],
  ...(hasPython
    ? ([
        ['python', 'python3', ['server.py', 'plain']],
        ['python', 'python3', ['server.py', 'asyncio']],
      ] as const)
    : []),
] as const;

describe.runIf(process.platform === 'linux')('two pods listen on one port', () => {
  test.each(servers.map((server, index) => [index, ...server] as const))(
    '%i %s: %s %j',
    async (index, answer, program, args) => {
      const image = imageOf(dir, { 'app/server.cjs': NODE_SERVER, 'app/server.py': PYTHON_SERVER });
      for (const address of [`127.40.${block}.${index}`, `127.41.${block}.${index}`]) {
        const { spec, lines } = specOf(image, [program, ...args], { address, ports: [43_117] });
        await runtime.start(spec, signal);
        await vi.waitUntil(() => lines.length > 0, { timeout: 20_000 });
        expect(lines).toEqual(['stdout up']);
        expect(await text(connect(43_117, address))).toContain(answer);
      }
    },
  );
});

const NODE_CLIENT = `
const { connect } = require('node:net');
const { lookup } = require('node:dns/promises');
connect(80, 'api.shop.svc').on('data', (data) => console.log(String(data)));
lookup('api').then(({ address }) => console.log(address));
fetch('http://localhost:43118/').then((answer) => answer.text()).then(console.log);
`;
const PYTHON_CLIENT = `
import socket
print(socket.create_connection(("api.shop.svc", 80)).recv(100).decode())
print(socket.gethostbyname("api"))
`;

test.runIf(process.platform === 'linux')('names of Services lead there, localhost to the pod', async () => {
  const names = join(dir, 'names');
  mkdirSync(names);
  const place = { address: own, ports: { '80': 43_117 } };
  writeFileSync(join(names, 'names.json'), JSON.stringify({ api: place, 'api.shop.svc': place }));
  writeFileSync(join(names, '.curlrc'), `connect-to = "api:80:${own}:43118"\n`);
  const image = imageOf(dir, {
    'app/server.cjs': `
      require('node:net').createServer((socket) => socket.end('tcp')).listen(43117, () => console.log('up'));
      require('node:http').createServer((request, response) => response.end('http')).listen(43118, () => console.log('up'));`,
    'app/client.cjs': NODE_CLIENT,
    'app/client.py': PYTHON_CLIENT,
  });
  const more = { address: own, namesFolder: names };
  const server = specOf(image, ['node', 'server.cjs'], more);
  await runtime.start(server.spec, signal);
  await vi.waitUntil(() => server.lines.length === 2, { timeout: 20_000 });
  const said = async (command: string[]) => {
    const { spec, lines } = specOf(image, command, more);
    await (await runtime.start(spec, signal)).ended;
    return lines.toSorted();
  };
  expect(await said(['node', 'client.cjs'])).toEqual([`stdout ${own}`, 'stdout http', 'stdout tcp']);
  if (hasPython) expect(await said(['python3', 'client.py'])).toEqual([`stdout ${own}`, 'stdout tcp']);
  if (spawnSync('curl', ['--version']).status === 0)
    expect(await said(['curl', '-s', 'http://api/x'])).toEqual(['stdout http…']);
});
