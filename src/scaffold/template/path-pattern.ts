import { RE2JS } from 're2js';

/**
 * A test for paths by a pattern of template.yaml: `*` and `?` stay within a folder's or file's name, `**` stands for any
 * number of folders; dot files count like others. Takes time linear in the path. The pattern has passed `pathPatternProblem`. Pure.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const parts = pattern.split('/');
  const source = parts.map((part, index) => partSource(part, index === parts.length - 1)).join('');
  const expression = RE2JS.compile(source);
  return (path) => expression.matches(path);
}

/** What is wrong with a pattern, in words; undefined when nothing is. Pure. */
export function pathPatternProblem(pattern: string): string | undefined {
  if (pattern.startsWith('/') || /^[a-zA-Z]:/.test(pattern))
    return 'is absolute: it must lie in the template';
  if (pattern.includes('\\')) return 'has a backslash: folders are separated by "/"';
  if (pattern.startsWith('!')) return 'begins with "!": only what is meant can be named';
  const parts = pattern.split('/');
  if (parts.includes('..')) return 'leads out of the template with ".."';
  if (parts.includes('') || parts.includes('.')) return 'has an empty part or "." between its "/"';
  if (parts.some((part) => part !== '**' && part.includes('**'))) return 'has "**" beside other characters';
  return undefined;
}

function partSource(part: string, isLast: boolean): string {
  if (part === '**') return isLast ? '.+' : '(?:[^/]+/)*';
  const escaped = part.replace(/[$()+.[\]^{|}]/g, '\\$&');
  const source = escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]');
  return isLast ? source : `${source}/`;
}
