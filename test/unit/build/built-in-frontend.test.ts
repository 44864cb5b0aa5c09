import { expect, test } from 'vitest';
import { withoutSyntax } from '../../../src/build/built-in-frontend.ts';
import { parseDockerfile } from '../../../src/build/dockerfile.ts';

const stripped = (source: string) => withoutSyntax(source, parseDockerfile(source, {}, 'linux/amd64'));

test.each([
  ['# syntax=docker/dockerfile:1\nFROM a\n', '#\nFROM a\n'],
  ['#syntax = docker.io/docker/dockerfile:1.7\r\nFROM a\r\n', '#\nFROM a\r\n'],
])('%j is read by the built-in frontend, line for line', (source, expected) => {
  expect(stripped(source)).toBe(expected);
});

test.each([
  'FROM a\n',
  '# syntax=docker/dockerfile:1-labs\nFROM a\n',
  '# syntax=example.test/mine:1\nFROM a\n',
  '# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n',
  'FROM a\n# syntax=docker/dockerfile:1\n',
])('%j is left as it is', (source) => {
  expect(stripped(source)).toBeUndefined();
});
