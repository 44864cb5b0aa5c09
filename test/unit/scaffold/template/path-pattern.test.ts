import { describe, expect, test } from 'vitest';
import { pathPattern, pathPatternProblem } from '../../../../src/scaffold/template/path-pattern.ts';

describe('patterns of template.yaml', () => {
  test.each<[string, string[], string[]]>([
    ['README.md', ['README.md'], ['docs/README.md', 'READMEXmd']],
    ['k8s/*.yaml', ['k8s/a.yaml', 'k8s/.yaml'], ['k8s/in/a.yaml', 'k8s/a.yml']],
    ['k8s/**', ['k8s/a', 'k8s/b/c', 'k8s/.x'], ['k8s', 'k8sx/a']],
    ['**/*.md', ['a.md', 'b/c.md', 'b/d/.md'], ['a.mdx']],
    ['**', ['a', '.b/c'], []],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['a/xb']],
    ['log?.txt', ['log1.txt'], ['log.txt', 'log12.txt', 'log/.txt']],
    ['a+(b)[c].txt', ['a+(b)[c].txt'], ['ab.txt']],
  ])('%s', (pattern, named, others) => {
    const matches = pathPattern(pattern);
    expect(named.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  test.each([
    ['/etc/passwd', /absolute/],
    ['C:/x', /absolute/],
    ['../x', /leads out/],
    ['a/../../x', /leads out/],
    ['a\\b', /backslash/],
    ['!a', /begins with/],
    ['a//b', /empty part/],
    ['./a', /empty part/],
    ['a/', /empty part/],
    ['a**', /beside/],
  ])('%s is refused', (pattern, words) => {
    expect(pathPatternProblem(pattern)).toMatch(words);
  });

  test('a pattern made to be slow is not', () => {
    const matches = pathPattern(`${'*a'.repeat(60)}b`);
    expect(matches('a'.repeat(190))).toBe(false);
  });
});
