import { expect, test } from 'vitest';
import type { ContextEntry } from '../../../src/build/build-context.ts';
import { chooseSolver } from '../../../src/build/choose-solver.ts';
import type { ImageSpec } from '../../../src/build/image-spec.ts';

const spec: ImageSpec = {
  name: 'a',
  context: 'a',
  dockerfile: 'a/Dockerfile',
  args: {},
  secrets: {},
  ssh: [],
  contexts: {},
  ignore: [],
};
const entry = (size: number): ContextEntry => {
  return {
    path: 'x',
    kind: 'file',
    mode: 0o644,
    stamp: { dev: 1n, ino: 1n, size, mtimeNs: 0n, ctimeNs: 0n },
  };
};

test.each([
  ['a small context', spec, [entry(1000)], 'dockerode', false],
  ['a large file', spec, [entry(17 * 1024 * 1024)], 'buildx', false],
  ['many files', spec, Array.from({ length: 1501 }, () => entry(1)), 'buildx', false],
  ['secrets', { ...spec, secrets: { npmrc: '/x' } }, [], 'buildx', true],
  ['ssh', { ...spec, ssh: ['default'] }, [], 'buildx', true],
  ['further contexts', { ...spec, contexts: { more: 'more' } }, [], 'buildx', true],
] as const)('%s', (_what, image, entries, solver, required) => {
  expect(chooseSolver({ spec: image, entries })).toMatchObject({ solver, required });
});
