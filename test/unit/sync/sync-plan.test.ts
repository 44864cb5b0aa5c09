import { expect, test } from 'vitest';
import type { ContextEntry } from '../../../src/build/build-context.ts';
import { differences, hasOtherMode } from '../../../src/sync/snapshot.ts';
import { planSteps } from '../../../src/sync/sync-plan.ts';
import { readSyncRules } from '../../../src/sync/sync-rules.ts';

const rules = readSyncRules(
  [
    { from: 'src/**', to: '/app/src', restart: false },
    { from: 'src/*.json', to: '/app/src', run: ['reload'], restart: false },
  ],
  'auto',
);
const entry = (path: string, kind: ContextEntry['kind'] = 'file') =>
  ({ path, kind, mode: 0o644 }) as ContextEntry;
const steps = (changed: string[], deleted: string[], entries = changed.map((path) => entry(path))) =>
  planSteps({ changed, deleted, entries, rules });

test('differences are what is new, other, or gone', () => {
  const before = new Map(Object.entries({ a: '1', b: '1', c: '1' }));
  const after = new Map(Object.entries({ a: '1', b: '2', d: '1' }));
  expect(differences(before, after)).toEqual({ changed: ['b', 'd'], deleted: ['c'] });
});

test('changed files are written, deleted ones deleted, and each command is run once', () => {
  expect(steps(['src/a.json', 'src/b.json'], ['src/c.ts'])).toEqual({
    writes: new Map([
      ['src/a.json', ['/app/src/a.json']],
      ['src/b.json', ['/app/src/b.json']],
    ]),
    deletes: ['/app/src/c.ts'],
    runs: [['reload']],
  });
});

test('what no rule fits, and a link, is named instead', () => {
  expect(steps(['src/a.ts', 'go.mod'], [])).toEqual({ unfit: 'no sync rule fits go.mod' });
  expect(steps([], ['package.json'])).toEqual({ unfit: 'no sync rule fits package.json' });
  expect(steps(['src/a'], [], [entry('src/a', 'link')])).toEqual({ unfit: 'src/a is a link' });
});

test('a file of another mode is made anew: writing into the one that is there would keep its mode', () => {
  const before = new Map(Object.entries({ 'src/a.sh': '644 x', 'src/b.sh': '644 x' }));
  const after = new Map(Object.entries({ 'src/a.sh': '755 x', 'src/b.sh': '644 y', 'src/c.sh': '755 x' }));
  const { changed, deleted } = differences(before, after);
  const remade = changed.filter((path) => hasOtherMode(path, before, after));
  expect(remade).toEqual(['src/a.sh']);
  const entries = changed.map((path) => entry(path));
  expect(planSteps({ changed, remade, deleted, entries, rules })).toMatchObject({
    deletes: ['/app/src/a.sh'],
    writes: new Map(changed.map((path) => [path, [`/app/${path}`]])),
  });
});
