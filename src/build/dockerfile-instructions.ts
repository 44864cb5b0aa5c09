/** A piece of an instruction and where it stands: offsets into the Dockerfile's text, `end` exclusive. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `--from=base`: `value` is empty without one. The offsets are the value's. */
export interface Flag extends Word {
  readonly name: string;
}

/** An instruction with its continuation lines joined, comments and heredoc bodies taken out. */
export interface Instruction {
  /** upper case */
  readonly keyword: string;
  /** of its first line, from 1 */
  readonly line: number;
  /** the whole of it on one line, as progress shows it */
  readonly text: string;
  readonly flags: readonly Flag[];
  /** what follows the flags, split at blanks outside of quotes */
  readonly words: readonly Word[];
}

export interface Instructions {
  /** `# syntax=`, `# escape=`, `# check=`: names in lower case */
  readonly directives: readonly { readonly name: string; readonly value: string; readonly line: number }[];
  readonly instructions: readonly Instruction[];
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"']|["'])+/g;
/** instructions that take heredocs, also behind ONBUILD */
const WITH_HEREDOC = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\b/i;

/** Splits a Dockerfile as BuildKit's parser does, heredocs and escape directives included. Pure; never fails. */
export function splitInstructions(source: string): Instructions {
  const lines = sourceLines(source);
  const directives = readDirectives(lines);
  const escapeSign = directives.find(({ name }) => name === 'escape')?.value === '`' ? '`' : '\\';
  const continued = new RegExp(`${escapeSign === '`' ? '`' : '\\\\'}[ \\t]*$`);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    const { pieces, next } = joinLines(lines, at, continued);
    const text = pieces.map((piece) => piece.text).join('');
    if (pieces[0] && text.trim() !== '') instructions.push(toInstruction(text, pieces, pieces[0].line));
    at = WITH_HEREDOC.test(text.trim()) ? skipHeredocs(lines, next, text) : next;
  }
  return { directives, instructions };
}

interface Line {
  readonly text: string;
  readonly offset: number;
  readonly line: number;
}

function sourceLines(source: string): Line[] {
  let offset = 0;
  return source.split('\n').map((raw, index) => {
    const start = offset;
    offset += raw.length + 1;
    const bom = index === 0 && raw.startsWith('\uFEFF') ? 1 : 0;
    return { text: raw.slice(bom).replace(/\r$/, ''), offset: start + bom, line: index + 1 };
  });
}

/** Directives stand before everything else; the first line that is none ends them. */
function readDirectives(lines: readonly Line[]): Instructions['directives'] {
  const directives: { name: string; value: string; line: number }[] = [];
  for (const { text, line } of lines) {
    const [, name, value] = DIRECTIVE.exec(text) ?? [];
    if (name === undefined || value === undefined) break;
    directives.push({ name: name.toLowerCase(), value, line });
  }
  return directives;
}

/** The lines of one instruction from `at` on; comments and empty lines inside a continuation are skipped. */
function joinLines(lines: readonly Line[], at: number, continued: RegExp): { pieces: Line[]; next: number } {
  const pieces: Line[] = [];
  let next = at;
  for (let line = lines[next]; line; line = lines[next]) {
    next += 1;
    if (/^\s*(#|$)/.test(line.text)) {
      if (pieces.length === 0) break;
      continue;
    }
    const joined = continued.test(line.text);
    pieces.push(joined ? { ...line, text: line.text.replace(continued, '') } : line);
    if (!joined) break;
  }
  return { pieces, next };
}

function skipHeredocs(lines: readonly Line[], from: number, text: string): number {
  let next = from;
  for (const { name, tabs } of heredocsIn(text)) {
    const end = lines.findIndex(
      (line, index) => index >= next && (tabs ? line.text.replace(/^\t+/, '') : line.text) === name,
    );
    next = end < 0 ? lines.length : end + 1;
  }
  return next;
}

function heredocsIn(text: string): { name: string; tabs: boolean }[] {
  return (text.match(WORD) ?? []).flatMap((word) => {
    const [, dash, quoted] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
    return quoted === undefined ? [] : [{ name: quoted.replace(/["']/g, ''), tabs: dash === '-' }];
  });
}

function toInstruction(text: string, pieces: readonly Line[], line: number): Instruction {
  const all = [...text.matchAll(WORD)].map((match): Word => {
    const start = offsetOf(match.index, pieces);
    return { text: match[0], start, end: offsetOf(match.index + match[0].length - 1, pieces) + 1 };
  });
  const [keyword, ...rest] = all;
  const flagCount = rest.findIndex((word) => !word.text.startsWith('--'));
  const flags = rest.slice(0, flagCount < 0 ? rest.length : flagCount);
  return {
    keyword: (keyword?.text ?? '').toUpperCase(),
    line,
    text: text.trim().replace(/\s+/g, ' '),
    flags: flags.map(toFlag),
    words: rest.slice(flags.length),
  };
}

function toFlag(word: Word): Flag {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word.text) ?? [];
  return { name, text: value ?? '', start: word.end - (value ?? '').length, end: word.end };
}

/** Where a character of the joined text stands in the source. */
function offsetOf(index: number, pieces: readonly Line[]): number {
  let before = 0;
  for (const piece of pieces) {
    if (index < before + piece.text.length) return piece.offset + index - before;
    before += piece.text.length;
  }
  return (pieces.at(-1)?.offset ?? 0) + (pieces.at(-1)?.text.length ?? 0);
}
