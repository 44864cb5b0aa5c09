import { expect, it } from 'vitest';
import { dockerBuildLines } from '../../../src/scaffold/survey/docker-build-lines.ts';

const paths = new Set([
  '.',
  'Dockerfile',
  'web',
  'web/Dockerfile',
  'web/Dockerfile.dev',
  'docker/api.Dockerfile',
  'scripts',
]);
const read = (source: string, path = 'Makefile') =>
  dockerBuildLines({ path, source }, paths).map(
    ({ image, dockerfile, context }) => `${image} ${dockerfile} ${context}`,
  );

it.each([
  ['docker build -t shop .', 'shop Dockerfile .'],
  ['\t@docker build -t shop:latest web', 'shop web/Dockerfile web'],
  [
    'docker build -f docker/api.Dockerfile --tag r.io:5000/shop/api:1.2 .',
    'r.io:5000/shop/api docker/api.Dockerfile .',
  ],
  ['docker buildx build --platform linux/amd64 --load -t shop web', 'shop web/Dockerfile web'],
  [
    'docker image build --file=web/Dockerfile.dev -t=shop web && docker push shop',
    'shop web/Dockerfile.dev web',
  ],
  ['podman build --no-cache -q -t shop ./web', 'shop web/Dockerfile web'],
  ['cd web && docker build -t shop .', 'shop web/Dockerfile web'],
  ['docker build \\\n  -t shop \\\n  web', 'shop web/Dockerfile web'],
  [
    'TAG := $(shell git rev-parse HEAD)\nNAME = shop\nIMAGE ?= acme/$(NAME)\nb:\n\tdocker build -t ${IMAGE}:$(TAG) .',
    'acme/shop Dockerfile .',
  ],
  ['docker build -t "$REGISTRY/web:$(git describe --tags)" web', 'web web/Dockerfile web'],
  ['REGISTRY="${1:-acme}"\ndocker build -t $REGISTRY/web web', 'acme/web web/Dockerfile web'],
  ['docker build web', 'undefined web/Dockerfile web'],
])('%s', (source, build) => {
  expect(read(source)).toEqual([build]);
});

it('reads the scripts of package.json', () => {
  const source = '{ "scripts": { "image": "docker build -t shop web", "test": "x" } }';
  expect(read(source, 'package.json')).toEqual(['shop web/Dockerfile web']);
});

it('runs scripts at the top as well as in their folder', () => {
  expect(read('docker build -t shop web', 'scripts/build.sh')).toEqual(['shop web/Dockerfile web']);
});

it.each([
  'docker build -t x $DIR',
  'docker build -t x - < Dockerfile',
  'docker build -t x nowhere',
  'docker builder prune',
  '# docker',
])('leaves alone: %s', (source) => {
  expect(read(source)).toEqual([]);
});

it('takes its time for no line, however long', () => {
  expect(
    read(`A=${'$(A)$(A)'.repeat(2000)}\ndocker build -t $(A) .\n${'docker '.repeat(200_000)}`),
  ).toHaveLength(1);
});
