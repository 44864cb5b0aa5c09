import { expect, test } from 'vitest';
import { keptWords, leftWords } from '../../../src/cli/end-with.ts';

test.each(['rockpool', '/opt/rockpool/bin/rockpool.js'])(
  'the last words name commands that run: %s',
  (own) => {
    expect(keptWords('eyes', 'dev', own)).toBe(
      `eyes goes on running: \`${own} stop -n dev\` takes its pods away, \`${own} down -n dev\` deletes it.`,
    );
    expect(leftWords('down', 'dev', own)).toContain(`\`${own} down -n dev\` does the rest`);
  },
);
