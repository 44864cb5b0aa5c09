import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOT_ON_SANDBOX } from '../sandbox/not-on-sandbox.ts';

test.each(NOT_ON_SANDBOX)(
  'what is not to run on the sandbox is there: $file $test',
  ({ file, test: name }) => {
    const text = readFileSync(join(import.meta.dirname, '..', 'cluster', file), 'utf8');
    expect(text).toContain(name === undefined ? "from 'vitest'" : `test('${name}'`);
  },
);
