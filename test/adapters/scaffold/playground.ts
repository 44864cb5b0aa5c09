import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A template as small as one can be. */
export const SMALL: Readonly<Record<string, string>> = {
  'template.yaml': `version: 1
description: A small one
answers:
  - { name: name, ask: Name, type: name, replaces: small, in: [rockpool.yaml] }
`,
  'rockpool.yaml': 'version: 1\nname: small\n',
};

export const GREETER = join(import.meta.dirname, '../../fixtures/templates/greeter');

export const BIN = join(import.meta.dirname, '../../../bin/rockpool.js');

export interface Playground {
  /** an empty folder, gone when the test ends; git finds its settings in `home` beside it */
  readonly folder: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Writes files, such as a template's. @returns their folder */
  write(name: string, files: Readonly<Record<string, string | Uint8Array>>): string;
  /** `rockpool new …` in the folder, without a terminal. */
  run(args: readonly string[], options?: { cwd?: string; env?: NodeJS.ProcessEnv }): Run;
  /** everything in the folder, by its path; what is in .git and .rockpool is left out */
  files(): string[];
  read(path: string): string;
  git(...args: string[]): string;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const IDENTITY = '[user]\n\tname = Ann\n\temail = ann@example.org\n[init]\n\tdefaultBranch = trunk\n';

export function createPlayground(gitconfig = IDENTITY): Playground {
  const base = mkdtempSync(join(tmpdir(), 'rockpool-new-test-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const [folder, home] = [join(base, 'work'), join(base, 'home')];
  for (const each of [folder, home]) mkdirSync(each);
  writeFileSync(join(home, '.gitconfig'), gitconfig);
  const kept = Object.entries(process.env).filter(([name]) => !/^(GIT_|CI$|EMAIL$|XDG_)/.test(name));
  const env = { ...Object.fromEntries(kept), HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  return {
    folder,
    home,
    env,
    write(name, files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name, path)), { recursive: true });
        writeFileSync(join(folder, name, path), content);
      }
      return join(folder, name);
    },
    run: (args, options = {}) =>
      spawnSync(process.execPath, [BIN, 'new', ...args], {
        encoding: 'utf8',
        cwd: options.cwd ?? folder,
        env: { ...env, ...options.env },
        timeout: 20_000,
        input: '',
      }),
    files: () => listFiles(folder),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    git: (...args) => spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' }).stdout.trim(),
  };
}

export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/(^|\/)\.(git|rockpool)\//.test(path))
    .sort();
}
