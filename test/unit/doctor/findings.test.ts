import { describe, expect, test } from 'vitest';
import { clockFinding } from '../../../src/doctor/check-clock.ts';
import { inotifyFinding } from '../../../src/doctor/check-inotify.ts';
import { checkNodeVersion } from '../../../src/doctor/check-node-version.ts';
import { fail, ok, warn } from '../../../src/doctor/finding.ts';
import { findingLines, summary } from '../../../src/doctor/print-findings.ts';

describe('the clock', () => {
  // the server cuts to whole seconds
  test.each([
    ['the same', 1_000_000, 1_000_500, 1_000_520, 'ok', 'the same'],
    ['within what is tolerated', 1_000_000, 1_005_000, 1_005_020, 'ok', 'the same'],
    ['ahead', 1_000_000, 1_061_000, 1_061_020, 'warn', '60 s ahead of'],
    ['behind', 1_000_000, 939_980, 940_000, 'warn', '60 s behind'],
    ['not told', Number.NaN, 1_000_000, 1_000_000, 'ok', 'the same'],
  ])('%s', (_, server, before, after, status, words) => {
    const finding = clockFinding(server, before, after);
    expect(finding.status).toBe(status);
    expect(finding.found).toContain(words);
  });
});

describe('watching', () => {
  test.each([
    [100, 8192, 128, 'ok', undefined],
    [5000, 8192, 128, 'warn', 'sudo sysctl fs.inotify.max_user_watches=524288'],
    [100, 8192, 64, 'warn', 'sudo sysctl fs.inotify.max_user_instances=1024'],
    [100, undefined, undefined, 'ok', undefined],
  ])('%d folders, %s watches, %s instances', (folders, watches, instances, status, command) => {
    expect(inotifyFinding(folders, watches, instances)).toMatchObject({ status });
    expect(inotifyFinding(folders, watches, instances).command).toBe(command);
  });
});

describe('Node', () => {
  test.each([
    ['v24.21.0', 'ok'],
    ['v22.22.0', 'ok'],
    ['v22.21.9', 'fail'],
    ['v20.19.0', 'fail'],
  ])('%s', (version, status) => expect(checkNodeVersion(version).status).toBe(status));
});

test('a finding is a line, and below it what to do', () => {
  expect(findingLines(ok('clock', 'the same'))).toEqual(['ok    clock        the same']);
  expect(findingLines(fail('docker', 'away', { hint: 'Start it.', command: 'minikube start' }))).toEqual([
    'fail  docker       away',
    '      Start it.',
    '      $ minikube start',
  ]);
});

test('the end says how many', () => {
  expect(summary([ok('a', ''), ok('b', '')])).toBe('2 checks: all well');
  expect(summary([ok('a', ''), warn('b', ''), fail('c', '')])).toBe('3 checks: 1 failed, 1 to look at');
});
