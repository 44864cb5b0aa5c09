import { expect, test } from 'vitest';
import type { ExecEnd } from '../../../src/kube/exec-stream.ts';
import { explainRun, explainWrite } from '../../../src/sync/explain-sync.ts';

const attempt = (output = '') => ({
  ...{ image: 'shop/web', pod: 'web-1', container: 'web', command: ['tar', '-x'], output },
});
const refused = (message: string): ExecEnd => ({ refused: { code: 500, message, causes: [] } });

test.each<[ExecEnd, string, string | undefined]>([
  [{ exitCode: 0 }, '', undefined],
  [
    { exitCode: 2 },
    'tar: app/a: Cannot open: Permission denied',
    'SYNC_REFUSED … its user may not write there.',
  ],
  [
    { exitCode: 1 },
    "tar: can't create: Read-only file system",
    'SYNC_REFUSED … its user may not write there.',
  ],
  [{ exitCode: 2 }, 'tar: No space left on device', 'SYNC_FAILED … tar ended with exit code 2.'],
  [refused('exec: "tar": executable file not found in $PATH'), '', 'SYNC_REFUSED … there is no tar in it.'],
  [refused('container not found'), '', 'SYNC_FAILED … container not found'],
  [{ lost: 'the connection broke' }, '', 'SYNC_FAILED … the connection broke.'],
])('an end %j that says %j is %s', (end, output, told) => {
  const failure = explainWrite(end, attempt(output));
  if (told === undefined) expect(failure).toBeUndefined();
  else {
    const [code, words = ''] = told.split(' … ');
    expect(failure).toMatchObject({ code, subject: 'image/shop/web' });
    expect(failure?.message).toContain('container web of pod web-1');
    expect(failure?.message.endsWith(words)).toBe(true);
    expect(failure?.output).toBe(output === '' ? undefined : output);
  }
});

test('a command of a rule that fails is told with its exit code and its words', () => {
  expect(explainRun({ exitCode: 0 }, attempt())).toBeUndefined();
  const failure = explainRun(
    { exitCode: 3 },
    { ...attempt('no such table'), command: ['npm', 'run', 'migrate'] },
  );
  expect(failure?.message).toContain('`npm run migrate`, to be run after the sync, ended with exit code 3');
  expect(failure?.output).toBe('no such table');
});
