import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPlayground, SMALL } from './playground.ts';

/** The words that the refusal of a hostile template must have, its path among them. */
type Hostile = [name: string, make: (folder: string) => void, words: RegExp];

const put =
  (path: string, content: string | Uint8Array = 'x') =>
  (folder: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
const yaml = (text: string) => put('template.yaml', text);
const HEAD = 'version: 1\ndescription: d\n';
const NAME = '  - { name: name, ask: Name, type: name, replaces: small, in: [rockpool.yaml] }\n';
const answers = (more: string) => yaml(`${HEAD}answers:\n${NAME}${more}`);
const named = (files: string) =>
  yaml(`${HEAD}answers:\n  - { name: name, ask: Name, type: name, replaces: small, in: ${files} }\n`);

const outOfTree: Hostile[] = [
  ['`in` that leads out', named('["../secret"]'), /t\/template\.yaml:4:\d+: .*"\.\.\/secret" leads out/],
  ['`in` that is absolute', named('[/etc/passwd]'), /t\/template\.yaml:4:\d+: .*"\/etc\/passwd" is absolute/],
  ['`in` with a drive', named("['C:/x']"), /"C:\/x" is absolute/],
  ['`in` with backslashes', named("['..\\x']"), /has a backslash/],
  ['`leave` that leads out', answers('leave: [a/../../b]\n'), /t\/template\.yaml:5:9: .*leads out/],
  [
    'a link to a file out of it',
    (t) => symlinkSync('/etc/passwd', join(t, 'users')),
    /t\/users is a symbolic link/,
  ],
  ['a link to a folder out of it', (t) => symlinkSync('/etc', join(t, 'etc')), /t\/etc is a symbolic link/],
  ['a link within it', (t) => symlinkSync('rockpool.yaml', join(t, 'also')), /t\/also is a symbolic link/],
  ['a link to nothing', (t) => symlinkSync('nothing', join(t, 'gone')), /t\/gone is a symbolic link/],
  ['a link to itself', (t) => symlinkSync('loop', join(t, 'loop')), /t\/loop is a symbolic link/],
];

const badNames: Hostile[] = [
  [
    'a repository in a folder of it',
    put('sub/.git/hooks/pre-commit'),
    /t\/sub\/\.git is part of a git repository/,
  ],
  ['a repository by another case', put('.GIT/config'), /t\/\.GIT is part of a git repository/],
  ['a repository by its short name', put('git~1/config'), /t\/git~1 is part of a git repository/],
  ['names that differ by case', (t) => [put('a.md')(t), put('A.md')(t)], /t\/a\.md and A\.md are one file/],
  ['folders that differ by case', (t) => [put('k/a')(t), put('K/b')(t)], /t\/k and K are one file/],
  ['names that differ by form', (t) => [put('é')(t), put('e\u0301')(t)], /are one file/],
  ['template.yaml by another case', put('Template.YAML'), /Template\.YAML and template\.yaml are one file/],
  [
    'two files for .gitignore',
    (t) => [put('_gitignore')(t), put('.gitignore')(t)],
    /t\/\.gitignore is brought twice/,
  ],
  ['a name with an escape', put('a\u001b]0;x\u0007'), /t\/a\\u\{1b\}\]0;x\\u\{7\} has a control/],
  ['a name of two lines', put('a\nmade up: b'), /t\/a\\u\{a\}made up: b has a control/],
  [
    'a name that turns the text round',
    put('a\u202etxt.exe'),
    /a\\u\{202e\}txt\.exe has a control or invisible/,
  ],
  [
    'a name that is not UTF-8',
    (t) => writeFileSync(Buffer.concat([Buffer.from(`${t}/a`), Buffer.from([0xff])]), ''),
    /t\/a\ufffd has a name that is not UTF-8/,
  ],
  ['a device of Windows', put('src/nul.txt'), /t\/src\/nul\.txt has a name that Windows keeps/],
  ['a sign that Windows does not take', put('a:b'), /t\/a:b has a character/],
  ['a name that ends with a dot', put('a.'), /t\/a\. has a name that ends/],
];

const badKinds: Hostile[] = [
  ['a pipe', (t) => execFileSync('mkfifo', [join(t, 'pipe')]), /t\/pipe is neither a file nor a folder/],
  [
    'a pipe for template.yaml',
    (t) => [
      execFileSync('rm', [join(t, 'template.yaml')]),
      execFileSync('mkfifo', [join(t, 'template.yaml')]),
    ],
    /t\/template\.yaml is no regular file/,
  ],
  [
    'a link for template.yaml',
    (t) => [
      execFileSync('mv', [join(t, 'template.yaml'), join(t, 'real.yaml')]),
      symlinkSync('real.yaml', join(t, 'template.yaml')),
    ],
    /t\/template\.yaml is a symbolic link/,
  ],
  [
    'a folder for template.yaml',
    (t) => [execFileSync('rm', [join(t, 'template.yaml')]), mkdirSync(join(t, 'template.yaml'))],
    /t\/template\.yaml is no regular file/,
  ],
  [
    'no template.yaml',
    (t) => execFileSync('rm', [join(t, 'template.yaml')]),
    /t\/template\.yaml is not there/,
  ],
  ['a huge file', (t) => [put('big')(t), truncateSync(join(t, 'big'), 1e12)], /t\/big is larger than 10 MB/],
  [
    'many files that are large together',
    (t) => [1, 2, 3].map((i) => put(`f${i}`, new Uint8Array(4e6))(t)),
    /t is larger than 10 MB/,
  ],
  ['a huge template.yaml', yaml(`${HEAD}#${'x'.repeat(70_000)}`), /t\/template\.yaml is larger than 64 kB/],
  [
    'too many files',
    (t) => Array.from({ length: 1001 }, (_, i) => put(`f${i}`)(t)),
    /t has more than 1000 files/,
  ],
  [
    'too many folders',
    (t) => Array.from({ length: 5001 }, (_, i) => mkdirSync(join(t, `d${i}`))),
    /t has 5000 files and folders or more/,
  ],
  ['folders too deep', put(`${'d/'.repeat(25)}x`), /is more than 20 folders deep/],
  [
    'an answer for a file that is no text',
    (t) => [put('logo', new Uint8Array([255, 0]))(t), named('[rockpool.yaml, logo]')(t)],
    /t\/template\.yaml:4:\d+: .*logo is not UTF-8/,
  ],
];

const badWords: Hostile[] = [
  [
    'an escape in the description',
    yaml(`version: 1\ndescription: "a\\e[2Jb"\nanswers:\n${NAME}`),
    /t\/template\.yaml:2:14: description: must be one line/,
  ],
  [
    'an escape in a question',
    answers('  - { name: x, ask: "\\e]52;c;eA==\\a", type: text, replaces: name, in: [rockpool.yaml] }\n'),
    /t\/template\.yaml:5:21: answers\[1\]\.ask: must be one line/,
  ],
  [
    'an escape in a choice',
    answers(
      '  - { name: x, ask: X, type: choice, choices: ["\\e[1m"], replaces: name, in: [rockpool.yaml] }\n',
    ),
    /answers\[1\]\.choices\[0\]/,
  ],
  ['an escape in a command', answers('next: ["\\e[2J"]\n'), /next\[0\]: must be one line/],
  [
    'an escape in a key',
    yaml(`${HEAD}"\\e[2Jevil": 1\nanswers:\n${NAME}`),
    /unknown key "\\u\{1b\}\[2Jevil"/,
  ],
  [
    'an escape in a value',
    yaml(
      `${HEAD}answers:\n  - { name: name, ask: N, type: "\\x9b2J", replaces: small, in: [rockpool.yaml] }\n`,
    ),
    /\\u\{9b\}2J/,
  ],
  [
    'a default that breaks YAML',
    answers('  - { name: x, ask: X, type: text, default: "a: b", replaces: name, in: [rockpool.yaml] }\n'),
    /answers\[1\]\.default must begin with a letter/,
  ],
  [
    'an answer that is a flag of rockpool',
    answers('  - { name: git, ask: X, type: text, default: a, replaces: name, in: [rockpool.yaml] }\n'),
    /answers\[1\]\.name: must not be a flag/,
  ],
  [
    'an alias bomb',
    yaml(
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
        .split('')
        .map((k, i) => `${k}: &${k} [${Array(10).fill(`*${'abcdefg'[i]}`).join(',')}]\n`)
        .join('')}`,
    ),
    /aliases make this too large/,
  ],
  [
    'a word that is nowhere',
    answers('  - { name: x, ask: X, type: text, default: a, replaces: nowhere, in: [rockpool.yaml] }\n'),
    /t\/template\.yaml:5:\d+: answers\[1\]\.replaces: none of its files has the word nowhere/,
  ],
  [
    'two answers for one word of a file',
    answers('  - { name: x, ask: X, type: text, default: a, replaces: small, in: ["*.yaml"] }\n'),
    /t\/template\.yaml:5:\d+: answers\[1\]\.replaces: in rockpool\.yaml this word is replaced by answers\[0\] already/,
  ],
  [
    'a pattern without files',
    named('[rockpool.yaml, "docs/**"]'),
    /t\/template\.yaml:4:\d+: answers\[0\]\.in: no file is named by docs/,
  ],
  [
    'no name',
    yaml(
      `${HEAD}answers:\n  - { name: x, ask: X, type: text, default: a, replaces: small, in: [rockpool.yaml] }\n`,
    ),
    /one of them must be called "name"/,
  ],
  ['another version', yaml('version: 2\n'), /t\/template\.yaml:1:10: version 2 of the format is not known/],
];

describe('a hostile or broken template is refused, with nothing written', () => {
  test.each([...outOfTree, ...badNames, ...badKinds, ...badWords])('%s', (_name, make, words) => {
    const { folder, write, run } = createPlayground();
    make(write('t', SMALL));
    const { status, stdout, stderr } = run(['./t', 'out', '--git']);
    expect(stderr).toMatch(words);
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stderr).not.toMatch(/^\s+at .*\.m?[jt]s/m);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual(['t']);
  });

  test('a socket is not waited for', async () => {
    const { write, run } = createPlayground();
    const template = write('t', SMALL);
    const server = createServer().listen(join(template, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { status, stderr } = run(['./t', 'out']);
    expect(stderr).toContain('t/socket is neither a file nor a folder');
    expect(status).toBe(2);
  });

  test('every problem is told at once', () => {
    const { write, run } = createPlayground();
    const template = write('t', SMALL);
    symlinkSync('/etc', join(template, 'etc'));
    put('nul')(template);
    yaml(`${HEAD}anwsers: []\nleave: [/x]\n`)(template);
    const { stderr } = run(['./t', 'out']);
    expect(stderr).toMatch(/t\/template\.yaml:3:1: unknown key "anwsers"\n {2}did you mean "answers"/);
    const places = [...stderr.matchAll(/template\.yaml:(\d+):/g)].map(([, line]) => Number(line));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(stderr).toContain('"/x" is absolute');
    expect(stderr).toContain('t/etc is a symbolic link');
    expect(stderr).toContain('t/nul has a name');
  });
});

describe('what a template need not fear', () => {
  test('its own repository, what tools left, and hard links are left out or copied', () => {
    const { write, run, files } = createPlayground();
    const template = write('t', {
      ...SMALL,
      '.git/HEAD': 'ref: refs/heads/main\n',
      'node_modules/a/index.js': '',
      'src/__pycache__/a.pyc': '',
      '.rockpool/schema.json': '{}',
    });
    symlinkSync('/etc', join(template, 'node_modules/etc'));
    linkSync(join(template, 'rockpool.yaml'), join(template, 'copy.yaml'));
    expect(run(['./t', 'out', '--no-git'])).toMatchObject({ status: 0, stderr: '' });
    expect(files().filter((path) => path.startsWith('out/'))).toEqual(['out/copy.yaml', 'out/rockpool.yaml']);
  });

  test('a link to the template, since it is named by who runs rockpool', () => {
    const { folder, write, run, read } = createPlayground();
    symlinkSync(write('t', SMALL), join(folder, 'link'));
    expect(run(['./link', 'out'])).toMatchObject({ status: 0, stderr: '' });
    expect(read('out/rockpool.yaml')).toContain('name: out');
  });
});
