import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guardMinikube } from '../../../src/cluster/guard-minikube.ts';

const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
const bytes = (text: string) => new TextEncoder().encode(text);
const OWN = pem('T1dO');
const OTHER = pem('T1RIRVI=');
const minikube = { name: 'minikube', server: 'https://192.168.49.2:8443' };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await mkdir(join(home, '.minikube'));
  await writeFile(join(home, '.minikube', 'ca.crt'), OWN);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const guard = (context: Parameters<typeof guardMinikube>[0], ca: string | undefined, more: object = {}) =>
  guardMinikube(context, {
    contexts: [],
    ca: ca === undefined ? undefined : bytes(ca),
    env: {},
    home,
    ...more,
  });

test.each([
  ['with minikube’s own authority', OWN],
  ['with it in a bundle, written otherwise', `# a bundle\r\n${OTHER}${OWN.replace('T1dO', 'T1\r\ndO')}`],
])('a minikube context %s is allowed', async (_, ca) => {
  await expect(guard(minikube, ca)).resolves.toBeUndefined();
});

test.each([
  ['by its name', minikube, OTHER],
  ['by its mark', { ...minikube, name: 'dev', minikube: true }, OTHER],
  ['without any authority', minikube, undefined],
])('one that only passes for it %s is refused, with what to add', async (_, context, ca) => {
  await expect(guard(context, ca)).rejects.toMatchObject({
    exitCode: 3,
    failures: [
      {
        code: 'CONTEXT_REFUSED',
        message: expect.stringContaining(join(home, '.minikube', 'ca.crt')),
        hint: expect.stringContaining(`contexts: [${context.name}]`),
      },
    ],
  });
});

test('one that rockpool.yaml lists is allowed whatever it is', async () => {
  await expect(guard(minikube, OTHER, { contexts: ['minikube'] })).resolves.toBeUndefined();
});

test('other contexts are not asked', async () => {
  await expect(guard({ ...minikube, name: 'kind-dev' }, OTHER)).resolves.toBeUndefined();
});

test('where minikube has made no authority there is nothing to compare with', async () => {
  await expect(guard(minikube, OTHER, { home: join(home, 'nowhere') })).resolves.toBeUndefined();
});

test.each(['', '.minikube'])('MINIKUBE_HOME is found as minikube finds it: …/%s', async (last) => {
  const env = { MINIKUBE_HOME: join(home, last) };
  await expect(guard(minikube, OTHER, { env, home: '/nowhere' })).rejects.toMatchObject({ exitCode: 3 });
  await expect(guard(minikube, OWN, { env, home: '/nowhere' })).resolves.toBeUndefined();
});
