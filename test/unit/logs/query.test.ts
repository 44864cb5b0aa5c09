import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/logs/duration.ts';
import { type LogQueryOptions, parseLogQuery } from '../../../src/logs/query.ts';
import { isPodOf } from '../../../src/logs/workload-query.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import type { PodObserved } from '../../../src/session/observed.ts';

const options: LogQueryOptions = {
  ...{ container: '.*', excludeContainer: [], include: [], exclude: [], since: '48h', tail: '-1' },
  ...{ follow: true, output: 'default', color: 'auto' },
};

const pod = (name: string, more: Partial<PodObserved> = {}): PodObserved => ({
  ...{ namespace: 'shop', name, uid: name, labels: {}, mine: false, phase: 'Running', ready: true },
  ...{ deleting: false, createdAt: 0, containers: [], ...more },
});

function problemsOf(query: string, more: Partial<LogQueryOptions>): readonly string[] {
  try {
    parseLogQuery(query, { ...options, ...more });
    return [];
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.failures.map(({ message }) => message);
  }
}

describe('log query', () => {
  it.each([
    ['web', 'my-web-1', true],
    ['^web', 'my-web-1', false],
    ['(?i)WEB', 'web', true],
    ['\\Qa.b\\E', 'axb', false],
    ['web-\\w', 'web-1', true],
    ['', 'anything', true],
  ])('%s and the pod %s: %s', (query, name, expected) => {
    const { pods } = parseLogQuery(query, options);
    expect('name' in pods && pods.name(name)).toBe(expected);
  });

  it('keeps a line that any --include finds and no --exclude does', () => {
    const { line } = parseLogQuery('', { ...options, include: ['a', 'b'], exclude: ['x'] });
    expect(['a', 'b', 'c', 'ax'].filter(line)).toEqual(['a', 'b']);
  });

  it('leaves out containers', () => {
    const { container } = parseLogQuery('', { ...options, container: 'c', excludeContainer: ['1', '2'] });
    expect(['c1', 'c2', 'c3', 'd'].filter(container)).toEqual(['c3']);
  });

  it.each([
    ['(?=a)', {}, 'regular expression'],
    ['[x', {}, 'regular expression'],
    ['web', { container: '*' }, '--container'],
    ['web', { since: '1d' }, '--since'],
    ['web', { since: '10' }, '--since'],
    ['web', { tail: 'many' }, '--tail'],
    ['web', { tail: '-5' }, '--tail'],
    ['web', { tail: '0', follow: false }, '--no-follow'],
    ['a/b/c', {}, 'kind/name'],
    ['deploy/', {}, 'kind/name'],
    ['cronjob/x', {}, 'cronjob'],
    ['deploy/x', { selector: 'a=b' }, '--selector'],
  ])('refuses %s with %o', (query, more, part) => {
    expect(problemsOf(query, more)).toEqual([expect.stringContaining(part)]);
  });

  it('tells every problem at once', () => {
    expect(problemsOf('[', { since: 'x', tail: 'y' })).toHaveLength(3);
  });

  it.each([
    ['deploy/web', pod('web-1-x', { owner: 'Deployment/shop/web' }), true],
    ['deployments/web', pod('webx-1', { owner: 'Deployment/shop/webx' }), false],
    [
      'rs/web-1',
      pod('web-1-x', { owner: 'Deployment/shop/web', labels: { 'pod-template-hash': '1' } }),
      true,
    ],
    [
      'rs/web-2',
      pod('web-1-x', { owner: 'Deployment/shop/web', labels: { 'pod-template-hash': '1' } }),
      false,
    ],
    ['sts/db', pod('db-0', { owner: 'StatefulSet/shop/db' }), true],
    ['pod/web', pod('web-1'), false],
    ['po/web', pod('web'), true],
    ['svc/web', pod('x', { labels: { app: 'web', tier: 'front' } }), true],
    ['svc/web', pod('x', { labels: { app: 'db' } }), false],
  ])('%s and the pod %o', (query, each, expected) => {
    const { pods } = parseLogQuery(query, options);
    expect('workload' in pods && isPodOf(pods.workload, each, { app: 'web' })).toBe(expected);
  });

  it.each([
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['90s', 90_000],
    ['10', undefined],
    ['', undefined],
    ['s', undefined],
  ])('%s lasts %s ms', (text, expected) => expect(parseDuration(text)).toBe(expected));
});
