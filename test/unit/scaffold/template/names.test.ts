import { describe, expect, test } from 'vitest';
import { fileNameProblem } from '../../../../src/scaffold/template/file-name-problem.ts';
import { nameCollisions } from '../../../../src/scaffold/template/name-collisions.ts';
import { isVisible, visibleText } from '../../../../src/scaffold/template/visible-text.ts';

describe('names of files in a template', () => {
  test.each([
    'README.md',
    '.dockerignore',
    '.github/workflows/ci.yaml',
    '_gitignore',
    'src/größe.ts',
    'docs/日本.md',
    '.gitattributes',
    'a b.txt',
    'console.log.md',
    'com.ts',
    'gitignore',
  ])('%s may be there', (path) => {
    expect(fileNameProblem(path)).toBeUndefined();
  });

  test.each([
    ['.git/config', /git repository/],
    ['sub/.git/hooks/pre-commit', /git repository/],
    ['sub/.GIT/config', /git repository/],
    ['.Git ', /git repository/],
    ['.git./x', /git repository/],
    ['GIT~1/config', /git repository/],
    ['.g\u200cit/config', /git repository/],
    ['.git::$INDEX_ALLOCATION/x', /git repository/],
    ['a\u001b[2Jb', /control/],
    ['a\nb', /control/],
    ['a\u009bb', /control/],
    ['a\u202eb', /invisible/],
    ['a\ufffdb', /UTF-8/],
    ['a:b', /Windows/],
    ['a\\b', /Windows/],
    ['what?', /Windows/],
    ['ends.', /Windows/],
    ['ends /x', /Windows/],
    ['nul', /device/],
    ['src/AUX.ts', /device/],
    ['com1', /device/],
    ['LPT\u00b2.txt', /device/],
    ['a/../b', /not a path/],
    ['x'.repeat(201), /200 bytes/],
    ['ü'.repeat(101), /200 bytes/],
  ])('%j may not', (path, words) => {
    expect(fileNameProblem(path)).toMatch(words);
  });
});

describe('paths that are one on some file system', () => {
  test.each<[string, string[], string[]]>([
    ['by case', ['README.md', 'src/a', 'readme.MD'], ['README.md', 'readme.MD']],
    ['by Unicode form', ['caf\u00e9.md', 'cafe\u0301.md'], ['caf\u00e9.md', 'cafe\u0301.md']],
    ['folders', ['K8s/a.yaml', 'k8s/b.yaml'], ['K8s', 'k8s']],
    ['a file and a folder', ['k8s/b.yaml', 'K8S'], ['k8s', 'K8S']],
    ['the same file', ['.gitignore', '.gitignore'], ['.gitignore', '.gitignore']],
    ['ß and SS, of which APFS makes one', ['stra\u00dfe', 'STRASSE'], ['stra\u00dfe', 'STRASSE']],
  ])('%s', (_name, paths, [first, second]) => {
    expect(nameCollisions(paths)).toEqual([{ first, second }]);
  });

  test('files of one folder are none', () => {
    expect(nameCollisions(['src/a.ts', 'src/b.ts', 'src/inner/a.ts', 'a.ts'])).toEqual([]);
  });
});

test('what a terminal would act on is spelled out', () => {
  expect(visibleText('a\u001b[31m\r\u009b\u202e b')).toBe('a\\u{1b}[31m\\u{d}\\u{9b}\\u{202e} b');
  expect(isVisible('größer – 日本')).toBe(true);
  expect(isVisible('a\tb')).toBe(false);
});
