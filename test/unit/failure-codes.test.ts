import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test('docs/failures.md lists every code that a failure can have, and no other', () => {
  const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const named = sources.flatMap((text) =>
    [...text.matchAll(/\bcode: '([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code]) => code),
  );
  const page = readFileSync(join(root, 'docs/failures.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  const passed = new Set(listed.filter((code) => sources.some((text) => text.includes(`'${code}'`))));
  expect([...new Set(named)].filter((code) => code !== 'EADDRINUSE' && !listed.includes(code))).toEqual([]);
  expect(listed.filter((code) => !passed.has(code))).toEqual([]);
});
