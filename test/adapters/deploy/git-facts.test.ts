import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGitFacts } from '../../../src/deploy/git-facts.ts';
import { makeProject } from '../../unit/config/make-project.ts';

const facts = async (root: string) => {
  const { short, branch, dirty } = createGitFacts(root);
  return { short: await short(), branch: await branch(), dirty: await dirty() };
};

it('tells commit, branch and whether files differ', async () => {
  const root = await makeProject({ 'a.txt': '1' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  git('init', '-q', '-b', 'trunk');
  expect(await facts(root)).toEqual({ short: '', branch: 'trunk', dirty: false });
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  const short = git('rev-parse', '--short', 'HEAD');
  expect(await facts(root)).toEqual({ short, branch: 'trunk', dirty: false });
  await writeFile(join(root, 'a.txt'), '2');
  expect(await facts(root)).toEqual({ short, branch: 'trunk', dirty: true });
  git('checkout', '-q', '--detach');
  expect((await facts(root)).branch).toBe('');
  expect(existsSync(join(root, '.git/index.lock'))).toBe(false);
});

it('tells nothing outside a repository, and asks once', async () => {
  const root = await makeProject({});
  expect(await facts(root)).toEqual({ short: '', branch: '', dirty: false });
  const { short } = createGitFacts(root);
  expect(short()).toBe(short());
});
