import type { DockerInstruction } from './read-dockerfile.ts';
import { expandWord, parseExecForm, splitWords } from './words.ts';

/** What an image will say of its containers, as far as a stage has come. */
export interface StageConfig {
  /** `NAME=value`, in the order in which they were set first */
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** whether CMD stands in this stage: an ENTRYPOINT takes an inherited one away */
  readonly ownCmd: boolean;
  readonly workingDir: string;
  readonly user: string;
  readonly exposed: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly shell: readonly string[];
  readonly stopSignal?: string;
}

export const EMPTY_CONFIG: StageConfig = {
  env: [],
  entrypoint: [],
  cmd: [],
  ownCmd: false,
  workingDir: '/',
  user: '',
  exposed: [],
  labels: {},
  shell: ['/bin/sh', '-c'],
};

/**
 * What an instruction changes in the image's configuration; files are no matter of it. USER is kept and has no effect,
 * HEALTHCHECK is left out, as Kubernetes does. Pure.
 */
export function configure(
  config: StageConfig,
  { keyword, rest }: DockerInstruction,
  variables: ReadonlyMap<string, string>,
): StageConfig {
  const words = () => splitWords(rest).map((word) => expandWord(word, variables));
  switch (keyword) {
    case 'ENV':
      return { ...config, env: pairs(rest, variables).reduce(setVariable, config.env) };
    case 'LABEL':
      return { ...config, labels: { ...config.labels, ...Object.fromEntries(pairs(rest, variables)) } };
    case 'WORKDIR':
      return { ...config, workingDir: resolvePath(config.workingDir, words().join(' ')) };
    case 'USER':
      return { ...config, user: words()[0] ?? '' };
    case 'EXPOSE':
      return { ...config, exposed: [...new Set([...config.exposed, ...words().flatMap(toPorts)])] };
    case 'SHELL':
      return { ...config, shell: parseExecForm(rest) ?? config.shell };
    case 'STOPSIGNAL':
      return { ...config, stopSignal: words()[0] ?? '' };
    case 'CMD':
      return { ...config, cmd: toCommand(rest, config.shell), ownCmd: true };
    case 'ENTRYPOINT': {
      const cmd = config.ownCmd ? config.cmd : [];
      return { ...config, cmd, entrypoint: toCommand(rest, config.shell) };
    }
    default:
      return config;
  }
}

/** `A=1 B="2 3"`, or the old form `A the rest of the line`. Pure. */
export function pairs(rest: string, variables: ReadonlyMap<string, string>): [string, string][] {
  const [first = '', ...more] = splitWords(rest);
  if (!first.includes('=')) {
    return [[expandWord(first, variables), expandWord(rest.slice(first.length).trim(), variables)]];
  }
  return [first, ...more].map((word) => {
    const at = word.indexOf('=');
    return [expandWord(word.slice(0, at), variables), expandWord(word.slice(at + 1), variables)];
  });
}

/** Sets one variable of a list of `NAME=value`. Pure. */
function setVariable(env: readonly string[], [name, value]: readonly [string, string]): readonly string[] {
  const entry = `${name}=${value}`;
  const has = env.some((one) => one.startsWith(`${name}=`));
  return has ? env.map((one) => (one.startsWith(`${name}=`) ? entry : one)) : [...env, entry];
}

/** A path of a container, absolute and without `.` and `..`. Pure. */
export function resolvePath(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : from}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function toCommand(rest: string, shell: readonly string[]): readonly string[] {
  return parseExecForm(rest) ?? [...shell, rest];
}

/** `8080`, `8080/tcp`, `8000-8002` */
function toPorts(word: string): number[] {
  const [from = 0, to = from] = word
    .replace(/\/\w+$/, '')
    .split('-')
    .map(Number);
  if (!(from > 0 && to < 65_536 && to - from < 1000)) return [];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
