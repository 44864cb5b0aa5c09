import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BIN, createPlayground, GREETER, type Playground } from './playground.ts';

const log = ({ git }: Playground, folder = 'my-app') => git('-C', folder, 'log', '--format=%an <%ae> %s %D');

describe('the repository of a new project', () => {
  test('has one commit of everything, by the user, on their branch', () => {
    const playground = createPlayground();
    playground.run([GREETER, 'my-app']);
    expect(log(playground)).toBe('Ann <ann@example.org> Start from the template greeter HEAD -> trunk');
    expect(playground.git('-C', 'my-app', 'status', '--porcelain')).toBe('');
    expect(playground.git('-C', 'my-app', 'ls-files')).not.toContain('.rockpool');
    expect(playground.git('-C', 'my-app', 'fsck')).toBe('');
  });

  test('is on main where the user has no branch of their own', () => {
    const playground = createPlayground('[user]\n\tname = Ann\n\temail = ann@example.org\n');
    playground.run([GREETER, 'my-app']);
    expect(log(playground)).toContain('HEAD -> main');
  });

  test('is not made with --no-git', () => {
    const playground = createPlayground();
    expect(playground.run([GREETER, 'my-app', '--no-git']).stdout).toMatch(/: 10 files\.$/m);
    expect(existsSync(join(playground.folder, 'my-app/.git'))).toBe(false);
  });

  test("runs none of the user's hooks, and copies none", () => {
    const playground = createPlayground();
    const hook = '#!/bin/sh\ntouch "$HOME/hooked"\nexit 1\n';
    const names = ['pre-commit', 'commit-msg', 'post-commit', 'post-index-change', 'reference-transaction'];
    const hooks = playground.write('../hooks', Object.fromEntries(names.map((name) => [name, hook])));
    const template = playground.write('../git-template', {
      'hooks/pre-commit': hook,
    });
    for (const file of [...names.map((name) => join(hooks, name)), join(template, 'hooks/pre-commit')])
      chmodSync(file, 0o755);
    writeFileSync(
      join(playground.home, '.gitconfig'),
      `[user]\n\tname = Ann\n\temail = a@b\n[core]\n\thooksPath = ${hooks}\n[init]\n\ttemplateDir = ${template}\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = /bin/false\n`,
    );
    const { status, stderr } = playground.run([GREETER, 'my-app'], { env: { GIT_TEMPLATE_DIR: template } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(log(playground)).toContain('Start from the template greeter');
    expect(existsSync(join(playground.home, 'hooked'))).toBe(false);
    expect(existsSync(join(playground.folder, 'my-app/.git/hooks'))).toBe(false);
  });

  test('is its own, also when rockpool is run by a hook or an alias of another', () => {
    const playground = createPlayground();
    playground.write('other', { 'a.txt': 'a' });
    playground.git('-C', 'other', 'init', '-q');
    const other = join(playground.folder, 'other/.git');
    const env = {
      GIT_DIR: other,
      GIT_WORK_TREE: join(playground.folder, 'other'),
      GIT_INDEX_FILE: join(other, 'index'),
    };
    expect(playground.run([GREETER, 'my-app'], { env }).status).toBe(0);
    expect(log(playground)).toContain('Start from');
    expect(existsSync(join(other, 'index'))).toBe(false);
  });

  test('has no commit where git does not know who commits: told, with what to do', () => {
    const playground = createPlayground('');
    const { status, stdout, stderr } = playground.run([GREETER, 'my-app']);
    expect(status).toBe(0);
    expect(stdout).toContain('10 files, a git repository.');
    expect(stderr).toContain(
      'warning: The git repository has no first commit: git does not know who you are.',
    );
    expect(stderr).toContain('user.email');
    const command = /\$ (git commit .*)/.exec(stderr)?.[1] as string;
    const env = {
      ...playground.env,
      GIT_AUTHOR_NAME: 'B',
      GIT_AUTHOR_EMAIL: 'b@c',
      GIT_COMMITTER_NAME: 'B',
      GIT_COMMITTER_EMAIL: 'b@c',
    };
    execFileSync('sh', ['-c', command], { cwd: join(playground.folder, 'my-app'), env });
    expect(log(playground)).toContain('B <b@c> Start from the template greeter');
  });

  test('fails to get a commit: told in the words of git, and the project is there', () => {
    const playground = createPlayground(
      '[user]\n\tname = Ann\n\temail = a@b\n[filter "broken"]\n\tclean = false\n\trequired = true\n[core]\n\tattributesFile = ~/attributes\n',
    );
    writeFileSync(join(playground.home, 'attributes'), '*.md filter=broken\n');
    const { status, stderr } = playground.run([GREETER, 'my-app']);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /warning: The project was made, but git add failed: there is no first commit\.\n {2}\| .*filter/,
    );
    expect(existsSync(join(playground.folder, 'my-app/rockpool.yaml'))).toBe(true);
  });
});

describe('where there is a repository already', () => {
  test('no other is made inside it, unless with --git', () => {
    const playground = createPlayground();
    playground.git('init', '-q');
    const { stdout, stderr } = playground.run([GREETER, 'apps/my-app']);
    expect(stderr).toBe('');
    expect(stdout).toContain(
      `${playground.folder} is a git repository: no other was made inside it (--git makes one).`,
    );
    expect(existsSync(join(playground.folder, 'apps/my-app/.git'))).toBe(false);
    expect(playground.git('status', '--porcelain')).toBe('?? apps/');
    expect(playground.run([GREETER, 'other', '--git']).status).toBe(0);
    expect(log(playground, 'other')).toContain('Start from');
  });

  test('the folder itself is one: the files are put in and not committed', () => {
    const playground = createPlayground();
    playground.git('init', '-q', 'my-app');
    const { status, stdout } = playground.run([GREETER, 'my-app']);
    expect(status).toBe(0);
    expect(stdout).toContain('It is a git repository already: nothing was committed.');
    expect(playground.git('-C', 'my-app', 'status', '--porcelain')).toContain('?? rockpool.yaml');
  });
});

describe('a machine without git', () => {
  /** A PATH with nothing but node on it. */
  function withoutGit({ write, folder }: Playground): NodeJS.ProcessEnv {
    write('../bin', {});
    const bin = join(folder, '../bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    return { PATH: bin };
  }

  test('gets the project, and is told', () => {
    const playground = createPlayground();
    const { status, stdout, stderr } = playground.run([GREETER, 'my-app'], { env: withoutGit(playground) });
    expect(status).toBe(0);
    expect(stdout).toMatch(/: 10 files\.$/m);
    expect(stderr).toContain(
      'warning: The project was made without a git repository: there is no program git on the PATH.',
    );
    expect(readdirSync(playground.folder)).toEqual(['my-app']);
  });

  test('gets nothing with --git', () => {
    const playground = createPlayground();
    const { status, stderr } = playground.run([GREETER, 'my-app', '--git'], { env: withoutGit(playground) });
    expect(stderr).toContain('error: There is no program git on the PATH. Nothing was written.');
    expect(status).toBe(1);
    expect(readdirSync(playground.folder)).toEqual([]);
  });
});

test('interrupted while git runs: git is ended, and nothing is left', async () => {
  const { folder, write, env } = createPlayground();
  const bin = write('../bin', { git: '#!/bin/sh\ntouch "$HOME/started"\nexec sleep 60\n' });
  chmodSync(join(bin, 'git'), 0o755);
  const child = spawn(process.execPath, [BIN, 'new', GREETER, 'my-app'], {
    cwd: folder,
    env: { ...env, PATH: `${bin}${delimiter}${env['PATH']}` },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await appears(env['HOME'] as string, 'started');
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(readdirSync(folder)).toEqual([]);
});

async function appears(folder: string, name: string): Promise<void> {
  const watcher = watch(folder);
  onTestFinished(() => watcher.close());
  while (!existsSync(join(folder, name))) await once(watcher, 'change');
}
