import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createPlayground, listFiles, type Playground, type Run, SMALL } from './playground.ts';

const preload = join(import.meta.dirname, '../../fixtures/faults/at-write.mjs');

interface Fault {
  readonly at: number;
  readonly when?: 'before' | 'after';
  readonly signal?: string;
  readonly error?: string;
}

interface FaultyRun extends Run {
  /** the program made as many changes, and so met the fault */
  readonly isMet: boolean;
}

function runWith({ run, env }: Playground, args: readonly string[], fault: Fault, cwd?: string): FaultyRun {
  const { at, when = 'before', signal, error } = fault;
  const faults = {
    NODE_OPTIONS: `--import ${preload}`,
    AT: String(at),
    WHEN: when,
    ...(signal === undefined ? {} : { SIGNAL: signal }),
    ...(error === undefined ? {} : { ERROR: error }),
  };
  const ended = run(args, { env: { ...env, ...faults }, ...(cwd === undefined ? {} : { cwd }) });
  return { ...ended, isMet: ended.stderr.includes('fault at') };
}

/** Tries every change that the program makes, one after the other, until there is none left to meet. */
async function atEveryChange(
  fault: Omit<Fault, 'at'>,
  tryAt: (fault: Fault, playground: Playground) => FaultyRun,
): Promise<number> {
  for (let at = 1; at < 200; at++) {
    const playground = createPlayground();
    playground.write('../t', TEMPLATE);
    const { isMet } = tryAt({ ...fault, at }, playground);
    if (!isMet) return at - 1;
  }
  throw new Error('the program makes changes without end');
}

const TEMPLATE = { ...SMALL, _gitignore: 'x', 'k8s/web.yaml': 'a: b', 'src/main.ts': 'go();' };
const whole = ['.gitignore', 'k8s/web.yaml', 'rockpool.yaml', 'src/main.ts'];
const args = ['../t', 'deep/my-app', '--no-git'];
const isStage = (name: string) => name.startsWith('.rockpool-new-my-app-');

describe('a new project is there whole or not at all', () => {
  test.each(['before', 'after'] as const)(
    'killed %s each of its changes',
    { timeout: 120_000 },
    async (when) => {
      const changes = await atEveryChange({ when, signal: 'SIGKILL' }, (fault, playground) => {
        const run = runWith(playground, args, fault);
        const names = readdirSync(playground.folder);
        const made = names.filter((name) => !isStage(name));
        expect(names.length - made.length).toBeLessThanOrEqual(1);
        if (made.length > 0) {
          expect(made).toEqual(['deep']);
          expect(readdirSync(join(playground.folder, 'deep'))).toEqual(['my-app']);
          expect(listFiles(join(playground.folder, 'deep/my-app'))).toEqual(whole);
        }
        return run;
      });
      expect(changes).toBeGreaterThan(whole.length);
    },
  );

  test('interrupted before each of its changes: nothing is left, and it says 130', {
    timeout: 120_000,
  }, async () => {
    const changes = await atEveryChange({ signal: 'SIGINT' }, (fault, playground) => {
      const run = runWith(playground, args, fault);
      const names = readdirSync(playground.folder);
      expect(names).toEqual(run.status === 0 ? ['deep'] : []);
      expect([0, 130]).toContain(run.status);
      return run;
    });
    expect(changes).toBeGreaterThan(whole.length);
  });

  test('each of its changes fails, as on a full disk: told in words, nothing is left', {
    timeout: 120_000,
  }, async () => {
    const changes = await atEveryChange({ error: 'ENOSPC' }, (fault, playground) => {
      const run = runWith(playground, args, fault);
      // The last change takes the temporary folder away: by then the project is made.
      if (run.status !== 0) {
        expect(run.stderr).toMatch(
          /error: deep\/my-app cannot be written in \S+: ENOSPC.*Nothing was written/,
        );
        expect(readdirSync(playground.folder)).toEqual([]);
      }
      return run;
    });
    expect(changes).toBeGreaterThan(whole.length);
  });
});

describe('into a folder with files', () => {
  const inPlace = (playground: Playground): string =>
    playground.write('mine', { 'notes.txt': 'mine', 'k8s/own.yaml': 'mine' });

  test('a change that fails: what was there is there, and nothing else', { timeout: 120_000 }, async () => {
    const changes = await atEveryChange({ error: 'EIO' }, (fault, playground) => {
      const folder = inPlace(playground);
      const run = runWith(playground, ['../../t', '.', '--no-git'], fault, folder);
      if (run.status !== 0) {
        expect(run.stderr).toMatch(/error: \. cannot be written in \S+: EIO.*Nothing was written/);
        expect(listFiles(folder)).toEqual(['k8s/own.yaml', 'notes.txt']);
        expect(readdirSync(playground.folder)).toEqual(['mine']);
      }
      return run;
    });
    expect(changes).toBeGreaterThan(whole.length);
  });

  test('killed: every file that is there is whole, and rockpool.yaml only when all are', {
    timeout: 120_000,
  }, async () => {
    const changes = await atEveryChange({ when: 'after', signal: 'SIGKILL' }, (fault, playground) => {
      const folder = inPlace(playground);
      const run = runWith(playground, ['../../t', '.', '--no-git'], fault, folder);
      const files = listFiles(folder);
      expect(readdirSync(folder).filter((name) => name.startsWith('.rockpool-new-'))).toEqual([]);
      expect(files).toEqual(expect.arrayContaining(['k8s/own.yaml', 'notes.txt']));
      if (files.includes('rockpool.yaml')) expect(files).toEqual(expect.arrayContaining(whole));
      return run;
    });
    expect(changes).toBeGreaterThan(whole.length);
  });

  test('whose parent may not be written: it is made inside, and nothing is left over', () => {
    const playground = createPlayground();
    playground.write('../t', TEMPLATE);
    const folder = inPlace(playground);
    const run = runWith(playground, ['../../t', '.'], { at: 1, error: 'EACCES' }, folder);
    expect(run).toMatchObject({ status: 0, isMet: true });
    expect(listFiles(folder)).toEqual([...whole, 'k8s/own.yaml', 'notes.txt'].sort());
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([
      '.git',
      '.gitignore',
      '.rockpool',
    ]);
  });
});
