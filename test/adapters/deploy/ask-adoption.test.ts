import { expect, it } from 'vitest';
import { askAdoption } from '../../../src/cli/ask-adoption.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { makeProject } from '../../unit/config/make-project.ts';
import { startScriptedApiserver } from './scripted-apiserver.ts';

const signal = new AbortController().signal;
const git = () => ({ short: async () => '', branch: async () => '', dirty: async () => false });
const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n---\n`;

/** A cluster in which the ConfigMap `there` has the labels; `said` is what somebody answers. */
async function ask(labels: Record<string, string>, said?: boolean, adopt = false) {
  const root = await makeProject({
    'rockpool.yaml': 'version: 1\nname: shop\nmanifests: [k8s]\n',
    'k8s/a.yaml': map('there') + map('new'),
  });
  const config = await loadConfig({ cwd: root, env: {}, git }, signal);
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  const { client, asked } = await startScriptedApiserver(({ url }) =>
    url.includes('/configmaps/there') ? { body: { metadata: { uid: 'u', labels, annotations } } } : undefined,
  );
  let screen = '';
  const say = async (question: string) => {
    screen += question;
    return said === true;
  };
  const answer = await askAdoption(
    { config, cluster: { client, namespace: 'dev' }, adopt, ask: said === undefined ? undefined : say },
    signal,
  ).catch((error) => error);
  return { answer, asked, screen };
}

it('asks once, and takes over what was named', async () => {
  const { answer, screen } = await ask({}, true);
  expect(screen).toContain('made by others: ConfigMap there (kubectl apply)');
  expect(['ConfigMap/dev/there', 'ConfigMap/dev/later'].map(answer)).toEqual([true, false]);
});

it.each([
  ['the answer is no', false],
  ['nobody is there', undefined],
])('refuses with exit code 3 when %s', async (_, said) => {
  const { answer } = await ask({}, said);
  expect(answer).toMatchObject({ exitCode: 3, failures: [{ code: 'NOT_OURS' }] });
});

it("never asks for another project's objects", async () => {
  const { answer, screen } = await ask({ 'rockpool.dev/app': 'other' }, true);
  expect(screen).toBe('');
  expect(answer).toMatchObject({
    exitCode: 3,
    failures: [{ message: expect.stringContaining('the rockpool project other') }],
  });
});

it('asks nobody when everything is the project’s, or may be taken over', async () => {
  const { answer, screen } = await ask({ 'rockpool.dev/app': 'shop' }, true);
  expect([screen, answer('ConfigMap/dev/there')]).toEqual(['', false]);
  const forced = await ask({}, undefined, true);
  expect([forced.asked, forced.answer('ConfigMap/dev/there')]).toEqual([[], true]);
});
