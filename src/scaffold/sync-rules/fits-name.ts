/** Whether a name fits a pattern of one path part, as Go's filepath.Match has it. Pure. */
export function fitsName(name: string, pattern: string): boolean {
  const parts = [...pattern.matchAll(/\\(.)|(\[\^?[^\]]+\])|(\*)|(\?)|(.)/gsu)];
  const source = parts.map(([, escaped, set, star, one, other]) => {
    if (star !== undefined) return '[^/]*';
    if (one !== undefined) return '[^/]';
    return set ?? `\\u{${(escaped ?? other ?? '').codePointAt(0)?.toString(16)}}`;
  });
  try {
    return new RegExp(`^${source.join('')}$`, 'u').test(name);
  } catch {
    return name === pattern;
  }
}
