import { posix } from 'node:path';
import { asMap, asTexts } from './loose-values.ts';
import { readYaml } from './read-yaml.ts';
import type { FoundText } from './survey.ts';

/** A line of a Makefile, a shell script or a package.json's scripts; those that go on in the next are one. */
export interface ScriptLine {
  /** variables of the file filled in */
  readonly text: string;
  /** from 1 */
  readonly line: number;
}

/** The lines of a script with the variables of the file filled in; what depends on anything else stays as it is. Pure. */
export function scriptLines({ path, source }: FoundText): readonly ScriptLine[] {
  const isPackage = posix.basename(path) === 'package.json';
  const lines = joinLines(isPackage ? scriptsOf(source) : source);
  const variables = variablesIn(lines.map(({ text }) => text));
  return lines
    .filter(({ text }) => text.length <= MAX_LINE)
    .map(({ text, line }) => ({ text: expand(text, variables), line }));
}

/** Nobody writes longer ones by hand. */
const MAX_LINE = 10_000;

/** The scripts of a package.json, a line each. */
function scriptsOf(source: string): string {
  const scripts = asMap(asMap(readYaml(source).value)['scripts']);
  return asTexts(Object.values(scripts)).join('\n');
}

/** Stands for what a command prints: no variable has that name. */
const COMPUTED = '$$_';

/** A backslash at the end goes on in the next line. */
function joinLines(written: string): readonly ScriptLine[] {
  const source = written.replace(/\$?\$\([^()\n]*\s[^()\n]*\)|`[^`\n]*`/g, COMPUTED);
  const lines: ScriptLine[] = [];
  let open: ScriptLine | undefined;
  for (const [index, raw] of source.split(/\r?\n/).entries()) {
    const goesOn = raw.endsWith('\\');
    const text = `${open?.text ?? ''}${goesOn ? raw.slice(0, -1) : raw} `;
    open = { text, line: open?.line ?? index + 1 };
    if (goesOn) continue;
    lines.push(open);
    open = undefined;
  }
  return open ? [...lines, open] : lines;
}

/** `A = b`, `A := b`, `A ?= b` of make, `A=b` and `A="${1:-b}"` of the shell. */
function variablesIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = lines.flatMap((line): [string, string][] => {
    const [, name, value] =
      /^\s*(?:export\s+|readonly\s+|local\s+)?([A-Za-z_]\w*)\s*[:?]{0,2}=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]];
  });
  return new Map(found);
}

/** Variables within variables, as deep as people nest them. */
function expand(text: string, variables: ReadonlyMap<string, string>, depth = 0): string {
  const replaced = text.replace(
    /\$\((\w+)\)|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (whole, make?: string, braced?: string, fallback?: string, plain?: string) =>
      variables.get(make ?? braced ?? plain ?? '') ?? fallback ?? whole,
  );
  return replaced === text || depth > 4 || replaced.length > MAX_LINE
    ? replaced
    : expand(replaced, variables, depth + 1);
}
