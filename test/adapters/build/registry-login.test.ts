import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRegistryLogin } from '../../../src/build/registry-login.ts';

const signal = AbortSignal.timeout(30_000);
const base64 = (text: string) => Buffer.from(text).toString('base64');

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  env = { PATH: [folder, process.env['PATH']].join(delimiter) };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = (value: unknown) => writeFile(join(folder, 'config.json'), JSON.stringify(value));
const login = (ref: string) => findRegistryLogin(ref, { folder, env }, signal);

/** A program that docker would ask; what it was asked is in the file `asked`. */
async function helper(name: string, lines: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\nprintf '%s %s' "$1" "$(cat)" > '${folder}/asked'\n${lines}\n`);
  await chmod(path, 0o755);
}

test('what config.json holds itself, also with a colon in the password', async () => {
  await config({ auths: { 'reg.local:5000': { auth: base64('me:a:b') } } });
  expect(await login('reg.local:5000/web:1')).toEqual({
    username: 'me',
    password: 'a:b',
    serveraddress: 'reg.local:5000',
  });
  expect(await login('other.local/web:1')).toBeUndefined();
});

test('Docker Hub under the address that docker files it under', async () => {
  const filedUnder = ['https:', '', 'index.docker.io', 'v1', ''].join('/');
  await config({ auths: { [filedUnder]: { auth: base64('me:x') } } });
  expect(await login('me/web:1')).toMatchObject({ username: 'me' });
});

test('an identity token', async () => {
  await config({ auths: { 'reg.local': { identitytoken: 'abc' } } });
  expect(await login('reg.local/web:1')).toEqual({ identitytoken: 'abc', serveraddress: 'reg.local' });
});

test('the helper of the host goes before the one for all', async () => {
  await config({ credHelpers: { 'reg.local': 'one' }, credsStore: 'all' });
  await helper('one', `echo '{"ServerURL":"reg.local","Username":"me","Secret":"s"}'`);
  await helper('all', 'exit 1');
  expect(await login('reg.local/web:1')).toMatchObject({ username: 'me', password: 's' });
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('get reg.local');
});

test('a helper that gives a token', async () => {
  await config({ credsStore: 'all' });
  await helper('all', `echo '{"Username":"<token>","Secret":"t"}'`);
  expect(await login('reg.local/web:1')).toEqual({ identitytoken: 't', serveraddress: 'reg.local' });
});

test.each([
  ['that has none', 'echo "credentials not found in native keychain"; exit 1'],
  ['that talks nonsense', 'echo hello'],
])('a helper %s: what the file holds, or none', async (_, lines) => {
  await config({ credsStore: 'all', auths: { 'reg.local': { auth: base64('me:x') }, 'b.local': {} } });
  await helper('all', lines);
  expect(await login('reg.local/web:1')).toMatchObject({ username: 'me' });
  expect(await login('b.local/web:1')).toBeUndefined();
});

test('no helper program, no file, a broken file: none', async () => {
  expect(await login('reg.local/web:1')).toBeUndefined();
  await config({ credsStore: 'gone' });
  expect(await login('reg.local/web:1')).toBeUndefined();
  await writeFile(join(folder, 'config.json'), '{');
  expect(await login('reg.local/web:1')).toBeUndefined();
});

test('a name that is no file name is never run', async () => {
  await config({ credsStore: '../../bin/sh' });
  expect(await login('reg.local/web:1')).toBeUndefined();
});
