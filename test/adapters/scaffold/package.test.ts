import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInTemplates } from '../../../src/scaffold/template/built-in-templates.ts';
import { readTemplate } from '../../../src/scaffold/template/read-template.ts';
import { createPackage, linkDependencies } from './installed.ts';
import { createPlayground, listFiles, type Playground } from './playground.ts';

const NPM = { npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' };

describe('the npm package', () => {
  test('brings every file of every template, and what a project gets of it', {
    timeout: 60_000,
  }, async () => {
    const root = join(import.meta.dirname, '../../..');
    const packed = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root));
    const paths = (packed[0].files as { path: string }[]).map(({ path }) => path);
    for (const place of await builtInTemplates()) {
      const { files } = await readTemplate(place, new AbortController().signal);
      const sources = ['template.yaml', ...files.map(({ source }) => source)];
      const missing = sources.filter((source) => !paths.includes(`templates/${place.name}/${source}`));
      expect(missing, place.name).toEqual([]);
    }
    expect(paths.filter((path) => /node_modules|__pycache__|\.rockpool\//.test(path))).toEqual([]);
  });

  test('is packed, unpacked and run: the same project comes out', { timeout: 60_000 }, () => {
    const playground = createPlayground();
    const root = createPackage(playground);
    const junk = { 'node_modules/a/index.js': 'a', '__pycache__/a.pyc': 'a', '.rockpool/schema.json': '{}' };
    playground.write('../rockpool/templates/greeter', { ...junk, 'k8s/web.yaml~': '' });
    unlinkSync(join(root, 'templates/greeter/k8s/web.yaml~'));
    const installed = install(playground, root);
    expect(listFiles(join(installed, 'templates/greeter')).join(' ')).not.toMatch(/node_modules|__pycache__/);
    const args = ['new', 'greeter', 'my-app'];
    execFileSync(process.execPath, [join(installed, 'bin/rockpool.js'), ...args], {
      cwd: playground.folder,
      env: playground.env,
    });
    const made = listFiles(join(playground.folder, 'my-app'));
    expect(made).toContain('.gitignore');
    expect(made).toContain('.dockerignore');
    expect(playground.run([join(root, 'templates/greeter'), 'other']).status).toBe(0);
    expect(listFiles(join(playground.folder, 'other'))).toEqual(made);
    expect(playground.git('-C', 'my-app', 'ls-files', '-s', 'scripts/check')).toMatch(/^100755 /);
  });
});

describe('the next command', () => {
  test.each([
    ['rockpool', 'where this rockpool is on the PATH', 'bin'],
    ['npx rockpool', 'where npm put it on the PATH', 'node_modules/.bin'],
  ])('is %s up, %s', (words, _where, bin) => {
    const playground = createPlayground();
    const root = createPackage(playground);
    const folder = join(playground.folder, '..', bin);
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(root, 'bin/rockpool.js'), join(folder, 'rockpool'));
    const env = { ...playground.env, PATH: `${folder}${delimiter}${playground.env['PATH']}` };
    const options = { cwd: playground.folder, env, encoding: 'utf8' as const };
    expect(execFileSync('rockpool', ['new', 'greeter', 'my app'], options)).toContain(
      `\n  cd 'my app'\n  ${words} up\n`,
    );
  });
});

describe('rockpool new --list', () => {
  test('tells the templates of the package, also for programs', () => {
    const playground = createPlayground();
    const bin = join(createPackage(playground), 'bin/rockpool.js');
    const list = (...more: string[]) =>
      execFileSync(process.execPath, [bin, 'new', '--list', ...more], {
        encoding: 'utf8',
        cwd: playground.folder,
      });
    expect(list()).toBe('greeter     A page that greets, for the tests\ntiny        As little as can be\n');
    const [greeter, tiny] = JSON.parse(list('-o', 'json'));
    expect(greeter.answers[1]).toEqual({
      name: 'port',
      ask: 'Port on this machine',
      type: 'port',
      default: '8080',
    });
    expect(tiny.answers[1]).toMatchObject({ type: 'choice', choices: ['small', 'large'] });
  });
});

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...NPM },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** As npm does it, but for the dependencies, which are linked. */
function install({ folder }: Playground, root: string): string {
  const target = join(folder, '../installed');
  mkdirSync(target);
  npm(['pack', '--ignore-scripts', '--pack-destination', target], root);
  const [archive = ''] = readdirSync(target);
  execFileSync('tar', ['-xzf', archive], { cwd: target });
  rmSync(join(target, archive));
  linkDependencies(join(target, 'package'));
  return join(target, 'package');
}
