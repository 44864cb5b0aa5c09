import { describe, expect, test } from 'vitest';
import { gitAtWork } from '../../../src/watch/git-operation.ts';

const now = 1_000_000;
const longAgo = now - 3_600_000;

describe('changes wait', () => {
  test.each([
    ['while git writes the files of another branch', { lock: '1', headAt: longAgo }, 'git is changing files'],
    ['for what is left on its way after a checkout', { headAt: now - 100 }, 'git checkout in progress'],
    ['between two commits of a rebase', { headAt: now - 800, operation: 'rebase' }, 'git rebase in progress'],
    ['while a merge writes', { lock: '1', headAt: longAgo, operation: 'merge' }, 'git merge in progress'],
  ])('%s', (_when, markers, reason) => {
    expect(gitAtWork(markers, undefined, now)).toBe(reason);
  });
});

describe('changes do not wait', () => {
  test.each([
    ['without git at work', { headAt: longAgo }],
    ['while somebody resolves the conflicts of a rebase', { headAt: longAgo, operation: 'rebase' }],
    ['while somebody resolves the conflicts of a merge', { headAt: longAgo, operation: 'merge' }],
    [
      'for a lock that was waited for long enough: git commit -a with its editor open',
      { lock: '1', headAt: longAgo },
    ],
    ['when the times of the files are ahead of the clock', { headAt: now + 60_000 }],
  ])('%s', (_when, markers) => {
    expect(gitAtWork(markers, '1', now)).toBeUndefined();
  });
});

test('the next lock is waited for again', () => {
  expect(gitAtWork({ lock: '2', headAt: longAgo }, '1', now)).toBe('git is changing files');
});
