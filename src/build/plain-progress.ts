import { stripVTControlCharacters } from 'node:util';
import type { BuildStatus, Vertex } from './build-trace.ts';
import { inBuildKitWords } from './podman-error.ts';

export interface PlainProgress {
  /** What a line of the output tells of the build; undefined: nothing. */
  take(line: string): BuildStatus | undefined;
  /** What the build ended with, as far as that was said. */
  error(): PlainError | undefined;
}

interface PlainError {
  readonly text: string;
  /** false: it may be the output of a step that went well all the same */
  readonly isSure: boolean;
}

/**
 * Reads what builders write for people: `buildctl build --progress=plain` (BuildKit, util/progress/progressui) and
 * `podman build` (buildah, imagebuildah), also several builds one after another, as minikube makes one a node.
 */
export function createPlainProgress(): PlainProgress {
  const buildkit = readBuildKit();
  const podman = readPodman();
  let error: PlainError | undefined;
  return {
    take(raw) {
      const line = stripVTControlCharacters(raw).trimEnd();
      const [, number, text] = /^#(\d+) (.+)$/.exec(line) ?? [];
      if (number !== undefined && text !== undefined) return buildkit(number, text);
      error = parseError(line) ?? error;
      return podman(line);
    },
    error: () => error,
  };
}

/** Each line of a step begins with its number: first its name, then times and output, at last how it ended. */
function readBuildKit(): (number: string, text: string) => BuildStatus | undefined {
  const steps = new Map<string, Vertex>();
  let builds = 0;
  return (number, text) => {
    const known = steps.get(number);
    // numbers begin anew with the build of the next node
    if (known?.completed && text.startsWith('[')) {
      steps.clear();
      builds += 1;
    }
    const step = steps.get(number);
    if (!step) {
      const vertex = begun(`${builds}#${number}`, text);
      steps.set(number, vertex);
      return { vertexes: [vertex], logs: [] };
    }
    const [, output] = /^\d+\.\d+ (.*)$/.exec(text) ?? [];
    if (output !== undefined) return logOf(step, output);
    const ended = endOf(step, text);
    if (!ended) return undefined;
    steps.set(number, ended);
    return { vertexes: [ended], logs: [] };
  };
}

function endOf(step: Vertex, text: string): Vertex | undefined {
  const [, error] = /^ERROR: (.*)$/.exec(text) ?? [];
  if (error !== undefined) return { ...step, completed: true, error };
  if (text === 'CANCELED') return { ...step, completed: true, error: 'context canceled' };
  if (text === 'CACHED') return { ...step, completed: true, cached: true };
  return /^DONE \d/.test(text) ? { ...step, completed: true } : undefined;
}

/** `STEP 2/3: RUN npm ci`, with several stages `[1/2] STEP 2/3: …`; all that follows is of that step. */
function readPodman(): (line: string) => BuildStatus | undefined {
  let step: Vertex | undefined;
  return (line) => {
    const [, stage, at, text] = /^(?:\[(\d+)\/\d+\] )?STEP (\d+\/\d+): (.*)$/.exec(line) ?? [];
    if (at !== undefined) {
      const before = step && { ...step, completed: true };
      const name = `[${stage === undefined ? '' : `stage-${Number(stage) - 1} `}${at}] ${text}`;
      step = begun(name, name);
      return { vertexes: before ? [before, step] : [step], logs: [] };
    }
    if (!step) return undefined;
    const error = parseError(line);
    const broken = error && { ...step, completed: true, error: error.text };
    return { ...logOf(step, line), vertexes: broken ? [broken] : [] };
  };
}

function begun(digest: string, name: string): Vertex {
  return { digest, name, started: true, completed: false, cached: false, error: '' };
}

function logOf({ digest }: Vertex, text: string): BuildStatus {
  return { vertexes: [], logs: [{ vertex: digest, text: Buffer.from(`${text}\n`) }] };
}

/** `error: failed to solve: …` of buildctl; `Error: building at STEP "RUN false": while running runtime: exit status 1`. */
function parseError(line: string): PlainError | undefined {
  const [, said] = /^[Ee]rror: (.+)$/.exec(line) ?? [];
  if (said === undefined) return undefined;
  return { text: inBuildKitWords(said), isSure: /^failed to solve: |^building at STEP "/.test(said) };
}
