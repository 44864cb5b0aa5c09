import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const web = {
  'web/Dockerfile': 'FROM node:24-slim\nCOPY . .\n',
  'web/web.js': '',
  'k8s/web.yaml': workload('web', 'acme/web:$' + '{TAG}'),
};
const ingress = (host: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web }\nspec:\n  rules: [{ host: "${host}" }]\n`;

it('a host that a script fills in is filled in by a copy of its manifest', async () => {
  const { config, files, said } = await proposed({ ...web, 'k8s/ingress.yaml': ingress('${' + 'HOST}') });
  expect(config.manifests).toEqual(['k8s/*.yaml.liquid', 'k8s/web.yaml']);
  expect(files).toMatchObject([
    {
      path: 'k8s/ingress.yaml.liquid',
      content: expect.stringContaining('host: "{{ env.HOST | default: "" }}"'),
      reason:
        'k8s/ingress.yaml has variables that something else fills in: a copy of it for rockpool to fill in',
    },
  ]);
  expect(said).toContain('k8s/ingress.yaml.liquid: HOST is empty unless .env or the environment sets it');
});

it.each([
  [
    'a script',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { run.sh: "echo ${' + 'HOME}" }\n',
  ],
  ['a tag', workload('web', 'acme/web:${' + 'TAG}')],
  ['a command', workload('web', 'acme/web').replace('image:', 'args: ["${' + 'X}"]\n          image:')],
])('variables of %s are left to whom they belong', async (_, text) => {
  const { files, config } = await proposed({
    ...web,
    'k8s/other.yaml': text.replaceAll('name: web', 'name: other'),
  });
  expect(files).toEqual([]);
  expect(config.manifests).toEqual(['k8s/*.yaml']);
});
