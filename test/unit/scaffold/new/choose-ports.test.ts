import { expect, test } from 'vitest';
import { choosePorts } from '../../../../src/scaffold/new/choose-ports.ts';
import { localPorts } from '../../../../src/scaffold/new/local-ports.ts';
import type { TemplateAnswer } from '../../../../src/scaffold/template/template.ts';

const answer = (name: string, preset: string): TemplateAnswer => ({
  ...{ name, ask: name, type: 'port', choices: [], default: preset, replaces: preset },
  in: ['rockpool.yaml'],
});
const two = [answer('port', '8080'), answer('api-port', '8081')];

test.each([
  [{}, [], '8080 8081'],
  [{ port: '9000' }, [], '9000 8081'],
  [{ port: '8081' }, [], '8081 8082(8081)'],
  [{ 'api-port': '8080' }, [], '8081(8080) 8080'],
  [{}, [8080], '8082(8080) 8081'],
  [{}, [8080, 8081, 8082], '8083(8080) 8084(8081)'],
  [{ port: '8080' }, [8080], '8080 8081'],
])('the flags %j where %j are taken give %s', async (flags, taken: number[], expected) => {
  const chosen = await choosePorts(
    two,
    new Map(Object.entries(flags)),
    async (port) => !taken.includes(port),
  );
  expect(chosen.map(({ port, instead }) => (instead ? `${port}(${instead})` : port)).join(' ')).toBe(
    expected,
  );
});

test('two flags with one port are refused, both by name', async () => {
  const flags = new Map([
    ['port', '9000'],
    ['api-port', '9000'],
  ]);
  await expect(choosePorts(two, flags, async () => true)).rejects.toThrow(
    '--port and --api-port are both 9000',
  );
});

test('ports of this machine are those of forwards, not those of containers', () => {
  const yaml =
    'version: 1\nforwards:\n  - { to: service/web, port: 80, local: 8080 }\n  - { to: service/db, port: 6379 }\n';
  const answers = [
    ...two,
    answer('db', '6379'),
    { ...answer('inner', '8080'), in: ['k8s/**'] },
    { ...answer('text', '8080'), type: 'text' as const },
  ];
  const file = { source: 'rockpool.yaml', path: 'rockpool.yaml', executable: false };
  const of = (text: string) =>
    localPorts({ answers, files: [{ ...file, content: new TextEncoder().encode(text) }] }).map(
      ({ name }) => name,
    );
  expect(of(yaml)).toEqual(['port', 'db']);
  expect(of('forwards: [')).toEqual([]);
  expect(of('forwards: nonsense')).toEqual([]);
});
