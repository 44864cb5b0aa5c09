import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const imagesOf = async (files: Readonly<Record<string, string>>) =>
  (await proposed(files)).config.images?.map(({ name }) => name);

it('a Dockerfile that is built under another name is not guessed to be a foreign image', async () => {
  const files = {
    Tiltfile:
      'docker_build("mybase", ".", dockerfile="base.dockerfile")\ndocker_build("web", ".", dockerfile="web/Dockerfile")\nk8s_yaml(["k8s/web.yaml", "k8s/detector.yaml"])\n',
    'base.dockerfile': 'FROM node:24-slim\nCOPY package.json .\n',
    'web/Dockerfile': 'FROM mybase\nCOPY web .\nCMD ["node", "web.js"]\n',
    'web/web.js': '',
    'package.json': '{}',
    'k8s/web.yaml': workload('web', 'web'),
    'k8s/detector.yaml': workload('detector', 'codait/detector'),
  };
  expect(await imagesOf(files)).toEqual(['mybase', 'web']);
});

it('nor is one that others are built from', async () => {
  const files = {
    'base/Dockerfile': 'FROM node:24-slim\n',
    'web/Dockerfile': 'FROM base\nCOPY . .\nCMD ["node", "web.js"]\n',
    'web/web.js': '',
    'k8s/web.yaml': workload('web', 'acme/web'),
    'k8s/detector.yaml': workload('detector', 'codait/detector'),
  };
  expect(await imagesOf(files)).toEqual(['base', 'acme/web']);
});

it('the only one is, though a compose file builds it', async () => {
  const files = {
    Dockerfile: 'FROM node:24-slim\nCOPY . .\nCMD ["node", "web.js"]\n',
    'web.js': '',
    'compose.yaml': 'services: { app: { build: . } }\n',
    'k8s/web.yaml': workload('web', 'acme/thing'),
  };
  expect(await imagesOf(files)).toEqual(['acme/thing']);
});
