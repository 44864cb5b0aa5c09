import { describe, expect, test } from 'vitest';
import { createBuildProgress, parseStep } from '../../../src/build/build-progress.ts';
import type { Vertex } from '../../../src/build/build-trace.ts';

const vertex = (name: string, more: Partial<Vertex> = {}): Vertex => {
  return { digest: name, name, started: true, completed: false, cached: false, error: '', ...more };
};
const log = (name: string, text: string) => ({ vertex: name, text: Buffer.from(text) });

describe('steps', () => {
  test.each([
    ['[2/5] RUN npm ci', { stage: '', index: 2, total: 5, text: 'RUN npm ci' }],
    ['[build 2/5] RUN a &&     b', { stage: 'build', index: 2, total: 5, text: 'RUN a && b' }],
    [
      '[linux/amd64 build 1/2] FROM docker.io/library/node:24@sha256:01ab',
      { stage: 'build', index: 1, total: 2, text: 'FROM node:24' },
    ],
    ['[ 2/12] RUN npm ci', { stage: '', index: 2, total: 12, text: 'RUN npm ci' }],
    ['[build  2/12] RUN npm ci', { stage: 'build', index: 2, total: 12, text: 'RUN npm ci' }],
    ['[internal] load metadata for docker.io/library/node:24', undefined],
    ['exporting to image', undefined],
  ])('%s', (name, step) => {
    expect(parseStep(name)).toEqual(step);
  });

  test('begin once, when they run; cached and BuildKit’s own do not', () => {
    const progress = createBuildProgress();
    const run = vertex('[2/2] RUN x');
    const reports = [
      [vertex('[internal] load metadata for a')],
      [vertex('[1/2] FROM a', { completed: true, cached: true }), vertex('[2/2] RUN x', { started: false })],
      [run],
      [run, { ...run, completed: true }],
    ];
    const begun = reports.map((vertexes) => progress.take({ vertexes, logs: [] }).map(({ text }) => text));
    expect(begun).toEqual([[], [], ['RUN x'], []]);
  });
});

describe('the broken step', () => {
  test('is the one that failed, with its last 100 lines, in one piece and without terminal escapes', () => {
    const progress = createBuildProgress();
    const lines = Array.from({ length: 140 }, (_, index) => `line ${index}`).join('\n');
    progress.take({
      vertexes: [vertex('[2/3] RUN x')],
      logs: [log('[2/3] RUN x', `${lines}\n\u001b[31mnpm `)],
    });
    progress.take({
      vertexes: [],
      logs: [log('other', 'noise\n'), log('[2/3] RUN x', 'ERR!\u001b[0m\n10%\r90%\r\n')],
    });
    progress.take({
      vertexes: [
        vertex('[1/3] FROM a', { error: 'context canceled: context canceled' }),
        vertex('[2/3] RUN x', { error: 'exit code: 1', completed: true }),
      ],
      logs: [],
    });
    const broken = progress.broken();
    expect(broken?.step?.text).toBe('RUN x');
    expect(broken?.output).toHaveLength(100);
    expect(broken?.output.slice(-3)).toEqual(['line 139', 'npm ERR!', '90%']);
  });

  test('there is none while all goes well', () => {
    const progress = createBuildProgress();
    progress.take({ vertexes: [vertex('[1/1] RUN x', { completed: true })], logs: [] });
    expect(progress.broken()).toBeUndefined();
  });
});
