import { expect, test } from 'vitest';
import { watchLimit } from '../../../src/watch/watch-limit.ts';

const error = (code: string) => Object.assign(new Error(`${code}: watch`), { code });

test.each([
  ['ENOSPC', 'fs.inotify.max_user_watches='],
  ['EMFILE', 'fs.inotify.max_user_instances='],
])('%s names the setting to raise', (code, setting) => {
  const failure = watchLimit(error(code));
  expect(failure).toMatchObject({ code: 'WATCH_LIMIT' });
  expect(failure?.command).toContain(`sudo sysctl ${setting}`);
});

test('a file that vanished is no limit', () => {
  expect(watchLimit(error('ENOENT'))).toBeUndefined();
});
