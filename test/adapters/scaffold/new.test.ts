import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createPlayground, GREETER, listFiles, SMALL } from './playground.ts';

describe('rockpool new', () => {
  test('makes a project with the answers in it, and says what to do next', () => {
    const { folder, run, read, files } = createPlayground();
    const { status, stdout, stderr } = run([GREETER, 'my-app', '--port', '9000', '--greeting', 'Good day']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Made my-app from the template .*greeter: 10 files, a git repository with a first commit\.$/m,
    );
    expect(stdout).toMatch(/\n {2}cd my-app\n {2}\S*rockpool\S* up\n {2}make test\n$/);
    expect(readdirSync(folder)).toEqual(['my-app']);
    expect(files()).toContain('my-app/.gitignore');
    expect(files().join(' ')).not.toMatch(/template\.yaml|_gitignore|docs/);
    expect(read('my-app/rockpool.yaml')).toContain('{ to: service/my-app, port: 80, local: 9000 }');
    expect(read('my-app/k8s/web.yaml')).toContain(
      'value: "the Good day says'.replace('the Good day', 'the my-app'),
    );
    expect(read('my-app/k8s/web.yaml')).toContain('{ name: GREETING, value: Good day }');
    expect(read('my-app/k8s/web.yaml')).toContain('my_greeter');
    expect(read('my-app/README.md')).toBe(
      '# my-app\n\nRuns on http://localhost:9000. It has greeter2 and greeters, which are other words.\n',
    );
    expect(read('my-app/package.json')).toContain('on 8080');
  });

  test('keeps modes and bytes, and leaves the schema where editors look for it', () => {
    const { folder, run } = createPlayground();
    run([GREETER, 'my-app']);
    const app = join(folder, 'my-app');
    expect(statSync(join(app, 'scripts/check')).mode & 0o111).toBe(0o111 & ~process.umask());
    expect(statSync(join(app, 'Makefile')).mode & 0o111).toBe(0);
    expect(readFileSync(join(app, 'logo.bin'))).toEqual(readFileSync(join(GREETER, 'logo.bin')));
    const schema = JSON.parse(readFileSync(join(app, '.rockpool/schema.json'), 'utf8'));
    expect(schema.properties).toHaveProperty('images');
  });

  test('into a folder with other files it puts its own, and says so', () => {
    const { folder, write, run } = createPlayground();
    const mine = write('mine', { 'notes.txt': 'mine', 'k8s/own.yaml': 'mine' });
    const { status, stdout } = run([GREETER, '.', '--no-git'], { cwd: mine });
    expect(status).toBe(0);
    expect(stdout).not.toContain('cd ');
    expect(readFileSync(join(mine, 'notes.txt'), 'utf8')).toBe('mine');
    expect(listFiles(mine)).toEqual(
      expect.arrayContaining(['k8s/own.yaml', 'k8s/web.yaml', 'rockpool.yaml']),
    );
    expect(readFileSync(join(mine, 'rockpool.yaml'), 'utf8')).toContain('name: mine');
    expect(readdirSync(folder)).toEqual(['mine']);
  });

  test('names every file that is there already, and writes nothing', () => {
    const { write, run } = createPlayground();
    const mine = write('mine', { 'README.md': 'mine', 'k8s/web.yaml': 'mine' });
    mkdirSync(join(mine, 'rockpool.yaml'));
    symlinkSync('elsewhere', join(mine, 'scripts'));
    const { status, stderr } = run([GREETER, 'mine']);
    expect(status).toBe(2);
    for (const path of ['README.md', 'k8s/web.yaml', 'rockpool.yaml', 'scripts'])
      expect(stderr).toContain(`\n  | ${path}\n`);
    expect(stderr).toContain('nothing was written');
    expect(listFiles(mine)).toEqual(['README.md', 'k8s/web.yaml', 'scripts']);
  });

  test.each([
    ['an empty folder', (folder: string) => mkdirSync(join(folder, 'my-app'), { mode: 0o750 })],
    [
      'a link to an empty folder',
      (folder: string) => {
        mkdirSync(join(folder, 'real'));
        symlinkSync('real', join(folder, 'my-app'));
      },
    ],
    ['an empty folder here', () => undefined],
  ])('into %s', (name, prepare) => {
    const { folder, run } = createPlayground();
    prepare(folder);
    const isHere = name.endsWith('here');
    expect(run([GREETER, isHere ? '.' : 'my-app'])).toMatchObject({ status: 0, stderr: '' });
    const app = join(folder, isHere ? '.' : 'my-app');
    expect(existsSync(join(app, 'rockpool.yaml'))).toBe(true);
    expect(existsSync(join(app, '.git/HEAD'))).toBe(true);
    if (name === 'an empty folder') expect(statSync(app).mode & 0o777).toBe(0o750);
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, ''), 'is no folder'],
    ['a link to nothing', (path: string) => symlinkSync('gone', path), 'is no folder'],
  ])('%s in the place of the folder is told', (_name, make, words) => {
    const { folder, run } = createPlayground();
    make(join(folder, 'my-app'));
    const { status, stderr } = run([GREETER, 'my-app/inner']);
    expect(stderr).toContain(words);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(['my-app']);
  });
});

describe('what is wrong on the command line', () => {
  test.each<[string, string[], RegExp]>([
    [
      'an unknown flag',
      [GREETER, 'x', '--prot', '1'],
      /--prot\.\n {2}Did you mean --port\? The template has --name, --port, --greeting, --level\./,
    ],
    [
      'a port that is none',
      [GREETER, 'x', '--port', '99999'],
      /--port must be a whole number from 1 to 65535; it is "99999"/,
    ],
    ['a name that is none', [GREETER, 'x', '--name', 'My App'], /--name must be lower case/],
    ['a text that breaks YAML', [GREETER, 'x', '--greeting', 'a: b'], /--greeting must begin with a letter/],
    ['an escape in a text', [GREETER, 'x', '--greeting', 'a\u001b[2J'], /it is "a\\u001b\[2J"/],
    ['a choice that is none', [GREETER, 'x', '--level', 'trace'], /--level must be one of debug, info/],
    ['a flag without its value', [GREETER, 'x', '--port'], /--port needs a value/],
    ['an unknown short flag', [GREETER, 'x', '-x'], /no option -x/],
    ['no folder', [GREETER], /Which folder\?\n {2}Name it: rockpool new .* DIR/],
    ['no template', [], /Which template\?/],
    ['a template that is none', ['nodde', 'x'], /There is no template "nodde"/],
    [
      'a folder that is none',
      ['./nope', 'x'],
      /There is no template "\.\/nope"\.\n {2}There is no such folder/,
    ],
    ['an address', ['https://example.org/t', 'x'], /not fetched/],
    ['an empty word, of a shell variable that is not set', [GREETER, ''], /one of the words is empty/],
    ['a third word', [GREETER, 'x', 'y'], /not also y/],
    ['-o without --list', [GREETER, 'x', '-o', 'json'], /-o json goes with --list/],
  ])('%s: exit code 2, words, nothing written', (_name, args, words) => {
    const { folder, run } = createPlayground();
    const { status, stdout, stderr } = run(args);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at .*\.m?[jt]s|\u001b/m);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an answer without a default is named, since nobody can be asked', () => {
    const { folder, write, run } = createPlayground();
    const more =
      '  - { name: size, ask: How large, type: choice, choices: [s, m], replaces: how-large, in: [rockpool.yaml] }\n';
    write('t', {
      'template.yaml': `${SMALL['template.yaml']}${more}`,
      'rockpool.yaml': `${SMALL['rockpool.yaml']}values: { size: how-large }\n`,
    });
    for (const args of [
      ['./t', 'x'],
      ['./t', 'x', '--yes'],
    ]) {
      const { status, stderr } = run(args);
      expect(stderr).toContain('error: --size is needed: How large (s, m)\n  Give --size CHOICE');
      expect(status).toBe(2);
    }
    expect(readdirSync(folder)).toEqual(['t']);
    expect(run(['./t', 'x', '--size', 'm']).status).toBe(0);
  });

  test('--help tells the flags of a template', () => {
    const { run } = createPlayground();
    const { status, stdout } = run([GREETER, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/--port <port> +Port on this machine \(default: 8080\)/);
    expect(stdout).toMatch(/--level <choice> +Log level \(debug, info; default: info\)/);
    expect(stdout).toMatch(/--name <name> +Name of the project \(default: that of the folder\)/);
  });
});
