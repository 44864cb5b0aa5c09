import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPlayground, GREETER, SMALL } from './playground.ts';

test.each([
  [
    'an unknown key',
    'version: 1\nname: small\nforwrads: []\n',
    'rockpool.yaml:3:1',
    'did you mean "forwards"',
  ],
  [
    'a build context that is not there',
    'version: 1\nname: small\nimages: [{ name: a, context: nope }]\n',
    'rockpool.yaml:3:',
    'nope',
  ],
])('a template whose rockpool.yaml has %s is refused, and nothing is written', (_what, yaml, ...words) => {
  const { folder, write, run } = createPlayground();
  write('t', { ...SMALL, 'rockpool.yaml': yaml });
  const { status, stderr } = run(['./t', 'xx']);
  expect(status).toBe(2);
  for (const word of words) expect(stderr).toContain(word);
  expect(readdirSync(folder)).toEqual(['t']);
});

test('what only this machine lacks is a warning', () => {
  const { write, run } = createPlayground();
  const image = '{ name: a, context: ., args: { A: "{{ env.NO_SUCH_NAME }}" }, secrets: { tok: ./token } }';
  write('t', {
    ...SMALL,
    Dockerfile: 'FROM scratch\n',
    'rockpool.yaml': `version: 1\nname: small\nimages: [${image}]\n`,
  });
  const { status, stdout, stderr } = run(['./t', 'xx']);
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('Made xx') });
  expect(stderr).toMatch(/warning: .*NO_SUCH_NAME is not set[\s\S]*warning: .*secret tok does not exist/);
});

test('a folder that is no template is told in one line, whatever is in it', () => {
  const { run } = createPlayground();
  const { status, stderr } = run(['/etc', 'xx']);
  expect(status).toBe(2);
  expect(stderr).toContain('template.yaml');
  expect(stderr).not.toContain('symbolic link');
});

test('a choice without choices is one problem', () => {
  const { write, run } = createPlayground();
  const extra =
    '  - { name: size, ask: Size, type: choice, default: big, replaces: version, in: [rockpool.yaml] }\n';
  write('t', { ...SMALL, 'template.yaml': `${SMALL['template.yaml']}${extra}` });
  const { stderr } = run(['./t', 'xx']);
  expect(stderr).toContain('choices is missing');
  expect(stderr).not.toContain('must be one of');
});

test('a project is not written into its own template', () => {
  const { write, run, files } = createPlayground();
  write('t', SMALL);
  for (const folder of ['t/sub', 't', 't/deep/er']) {
    const { status, stderr } = run(['./t', folder]);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('inside of the template'),
    });
  }
  expect(run(['./t', 'tt']).status).toBe(0);
  expect(files()).toEqual(['t/rockpool.yaml', 't/template.yaml', 'tt/rockpool.yaml']);
});

test('--git and --no-git together are refused', () => {
  const { folder, run } = createPlayground();
  for (const flags of [
    ['--git', '--no-git'],
    ['--no-git', '--git'],
  ]) {
    const { status, stderr } = run([GREETER, 'xx', ...flags]);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--git and --no-git'),
    });
  }
  expect(readdirSync(folder)).toEqual([]);
  expect(run([GREETER, 'xx', '--git', '--git']).status).toBe(0);
  expect(readdirSync(join(folder, 'xx'))).toContain('.git');
});
