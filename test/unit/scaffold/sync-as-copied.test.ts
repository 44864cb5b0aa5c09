import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposeSync } from '../../../src/scaffold/sync-rules/propose-sync.ts';
import { readSyncRules } from '../../../src/sync/sync-rules.ts';

interface CopyLine {
  readonly sources: readonly string[];
  readonly to: string;
}

const FOLDER = '/srv/app';

/** What lies where in an image: COPY as Docker's reference has it, written down once more. Undefined where it would fail. */
function imageOf(copies: readonly CopyLine[], files: readonly string[]): Map<string, string> | undefined {
  const image = new Map<string, string>();
  for (const { sources, to } of copies) {
    const dest = posix.resolve(FOLDER, to);
    const found = sources.map((source) => matches(source, files));
    const isFolder =
      /(^|\/)\.?$/.test(to) ||
      dest === FOLDER ||
      [...image.keys()].some((path) => path.startsWith(`${dest}/`));
    if (
      found.some((list) => list.length === 0) ||
      (found.flat().length > 1 && !isFolder && found.flat().some((name) => files.includes(name)))
    )
      return undefined;
    for (const name of found.flat()) {
      if (files.includes(name)) image.set(isFolder ? posix.join(dest, posix.basename(name)) : dest, name);
      else
        for (const file of files)
          if (name === '.' || file.startsWith(`${name}/`))
            image.set(posix.join(dest, posix.relative(name, file)), file);
    }
  }
  const paths = [...image.keys()];
  return paths.some((path) => paths.some((other) => other.startsWith(`${path}/`))) ? undefined : image;
}

/** Files and folders that a source names, with `*` in its last part. */
function matches(source: string, files: readonly string[]): string[] {
  const clean = posix.normalize(source).replace(/\/$/, '');
  if (clean === '.') return ['.'];
  const names = new Set(files.flatMap((file) => [file, ...parents(file)]));
  const pattern = new RegExp(`^${clean.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
  return [...names].filter((name) => pattern.test(name));
}

const parents = (file: string): string[] =>
  file
    .split('/')
    .slice(0, -1)
    .map((_, index) =>
      file
        .split('/')
        .slice(0, index + 1)
        .join('/'),
    );

test('a synced file goes to where COPY put it, and to nowhere else', () => {
  const file = fc.constantFrom(
    'a.js',
    'b.js',
    'c.css',
    'package.json',
    'src/a.js',
    'src/b.ts',
    'src/lib/c.js',
    'src/lib/d.sql',
    'src/docs/e.js',
    'public/f.html',
    'web/package.json',
    'web/src/g.js',
    'web/h.js',
    'k8s/i.js',
    'docs/j.js',
    'README.md',
  );
  const source = fc.constantFrom(
    '.',
    './',
    'src',
    'src/',
    './src',
    'web',
    'web/src',
    'public',
    'a.js',
    '*.js',
    '*',
    'src/*.js',
    'src/*',
    'src/lib',
    'web/h.js',
    'package*.json',
  );
  const to = fc.constantFrom(
    '.',
    './',
    'src',
    './src/',
    'lib/',
    '/srv/app/web',
    '/srv/app/src/lib',
    'x.js',
    '/opt/x',
    'public/',
  );
  const copy = fc.record({ sources: fc.array(source, { minLength: 1, maxLength: 2 }), to });
  let synced = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(file, { minLength: 1 }),
      fc.array(copy, { minLength: 1, maxLength: 4 }),
      (files, copies) => {
        const lines = copies.map(({ sources, to: dest }) => `COPY ${sources.join(' ')} ${dest}`);
        const image = imageOf(copies, files);
        fc.pre(image !== undefined);
        const dockerfile = ['FROM node:24', `WORKDIR ${FOLDER}`, ...lines, 'CMD node --watch a.js'].join(
          '\n',
        );
        const { rules } = proposeSync({ source: dockerfile, files: { paths: files, text: () => undefined } });
        const places = readSyncRules(
          rules.map((rule) => ({ restart: false, ...rule })),
          'auto',
        );
        for (const path of files) {
          for (const place of places(path)) {
            expect([place.to, image!.get(place.to)]).toEqual([place.to, path]);
            synced += 1;
          }
          expect(path.endsWith('package.json') ? places(path) : []).toEqual([]);
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(synced).toBeGreaterThan(100);
});
