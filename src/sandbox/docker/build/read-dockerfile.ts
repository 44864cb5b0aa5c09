import { DockerfileParser, type Instruction as ParsedInstruction } from 'dockerfile-ast';
import { checkInstruction, KNOWN_KEYWORDS } from './check-instruction.ts';
import { parseError, SolveError } from './solve-error.ts';

/** An instruction of a Dockerfile: continuation lines joined, comments gone, variables not replaced yet. */
export interface DockerInstruction {
  /** upper case */
  readonly keyword: string;
  /** of its first line, from 1 */
  readonly line: number;
  /** as BuildKit names its step: `RUN npm ci && rm x` */
  readonly text: string;
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  /** what follows the flags; without the bodies of heredocs */
  readonly rest: string;
  readonly heredocs: readonly Heredoc[];
}

/** `<<EOF`, or `<<-EOF` (tabs cut off); variables in it stay when its name is quoted. */
interface Heredoc {
  readonly name: string;
  readonly text: string;
  readonly quoted: boolean;
}

export interface DockerStage {
  readonly index: number;
  readonly name?: string;
  /** as written: variables not replaced */
  readonly base: string;
  readonly from: DockerInstruction;
  /** those behind FROM */
  readonly instructions: readonly DockerInstruction[];
}

/** A Dockerfile, cut at its FROM lines. */
export interface StagedDockerfile {
  /** ARG instructions before the first FROM */
  readonly globals: readonly DockerInstruction[];
  readonly stages: readonly DockerStage[];
}

/**
 * Reads a Dockerfile with dockerfile-ast: lines, directives, flags and heredocs are the library's. Pure. Throws a
 * SolveError with BuildKit's words when it is wrong.
 */
export function readDockerfile(source: string): StagedDockerfile {
  const parsed = DockerfileParser.parse(source.replace(/^\uFEFF/, ''));
  const lines = source.split(/\r?\n/);
  const written = { lines, continued: parsed.getEscapeCharacter() };
  const instructions = parsed.getInstructions().map((instruction) => toInstruction(instruction, written));
  if (instructions.length === 0) throw new SolveError('file with no instructions');
  for (const instruction of instructions) checkInstruction(instruction);
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globals = first < 0 ? instructions : instructions.slice(0, first);
  if (globals.some(({ keyword }) => keyword !== 'ARG'))
    throw new SolveError('no build stage in current context');
  if (first < 0) throw new SolveError('dockerfile contains no stages to build');
  return { globals, stages: splitStages(instructions.slice(first)) };
}

interface Written {
  readonly lines: readonly string[];
  /** what continues a line */
  readonly continued: string;
}

function toInstruction(parsed: ParsedInstruction, { lines, continued }: Written): DockerInstruction {
  const keyword = parsed.getKeyword();
  const line = parsed.getRange().start.line + 1;
  if (!KNOWN_KEYWORDS.includes(keyword)) {
    throw parseError(line, `unknown instruction: ${parsed.getInstruction()}`);
  }
  const heredocs = readHeredocs(parsed, lines);
  const raw = parsed.getRawArgumentsContent() ?? '';
  const rest = heredocs.length > 0 ? (raw.split(/\r?\n/, 1)[0] ?? '') : joinLines(raw, continued);
  const flags = flagsOf(parsed).map((flag) => ({ name: flag.getName(), value: flag.getValue() ?? '' }));
  const shown = flags.map(({ name, value }) => `--${name}${value === '' ? '' : `=${value}`}`);
  const text = [keyword, ...shown, rest].join(' ').trim();
  return { keyword, line, text, flags, rest: rest.trim(), heredocs };
}

/** As BuildKit does; the library keeps comments that are indented. */
function joinLines(raw: string, continued: string): string {
  const [first = '', ...more] = raw.split(/\r?\n/);
  const kept = [first, ...more.filter((line) => !/^\s*(?:#|$)/.test(line))];
  return kept
    .map((line) => (line.trimEnd().endsWith(continued) ? line.trimEnd().slice(0, -1) : line))
    .join('');
}

interface ParsedFlag {
  getName(): string;
  getValue(): string | null;
}

function flagsOf(parsed: ParsedInstruction): readonly ParsedFlag[] {
  return 'getFlags' in parsed ? (parsed as unknown as { getFlags(): ParsedFlag[] }).getFlags() : [];
}

interface ParsedHeredoc {
  getName(): string;
  getContentRange(): { start: { line: number }; end: { line: number } } | null;
  getStartRange(): { start: { line: number; character: number } };
}

/** By whole lines: the library's ranges leave out the last line end. */
function readHeredocs(parsed: ParsedInstruction, lines: readonly string[]): Heredoc[] {
  if (!['RUN', 'COPY', 'ADD'].includes(parsed.getKeyword()) || !('getHeredocs' in parsed)) return [];
  const found = (parsed as unknown as { getHeredocs(): ParsedHeredoc[] }).getHeredocs();
  return found.map((heredoc) => {
    const { line, character } = heredoc.getStartRange().start;
    const written = lines[line]?.slice(character) ?? '';
    const range = heredoc.getContentRange();
    const body = range ? lines.slice(range.start.line, range.end.line + 1) : [];
    const cut = written.startsWith('<<-') ? body.map((text) => text.replace(/^\t+/, '')) : body;
    const name = heredoc.getName().replace(/["']/g, '');
    return { name, text: cut.map((text) => `${text}\n`).join(''), quoted: /^<<-?["']/.test(written) };
  });
}

function splitStages(instructions: readonly DockerInstruction[]): DockerStage[] {
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [from, ...own] = instructions.slice(start, starts[index + 1]) as [
      DockerInstruction,
      ...DockerInstruction[],
    ];
    const [base = '', , name] = from.rest.split(/\s+/);
    return { index, ...(name === undefined ? {} : { name }), base, from, instructions: own };
  });
}
