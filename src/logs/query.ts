import { RE2JS } from 're2js';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { parseDuration } from './duration.ts';
import { parseWorkload, type WorkloadQuery } from './workload-query.ts';

/** Whether a text is wanted. */
type Matches = (text: string) => boolean;

/** What `rockpool logs` is to show. */
export interface LogQuery {
  /** pods by their names, or those of one workload or Service */
  readonly pods: { readonly name: Matches } | { readonly workload: WorkloadQuery };
  /** undefined for the context's own */
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly container: Matches;
  /** a line's text */
  readonly line: Matches;
  /** label selector, as the API has it */
  readonly selector?: string;
  /** ms before now; for the pods that are there at the start */
  readonly since: number;
  /** lines of each container that is there at the start; undefined for all */
  readonly tail?: number;
  readonly follow: boolean;
  readonly output: 'default' | 'raw' | 'json';
  readonly timestamps: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The options of `rockpool logs` as commander parses them (src/cli/program.ts). */
export interface LogQueryOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly container: string;
  readonly excludeContainer: readonly string[];
  readonly selector?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly since: string;
  readonly tail: string;
  readonly follow: boolean;
  readonly output: LogQuery['output'];
  readonly timestamps?: boolean;
  readonly color: LogQuery['color'];
  readonly context?: string;
  readonly kubeconfig?: string;
}

/**
 * A query by its words: a regular expression for pod names (RE2, found anywhere in them), or `kind/name`. Throws a
 * RockpoolError with exit code 2 that holds every problem, all of code LOGS_USAGE. Pure.
 */
export function parseLogQuery(query: string, options: LogQueryOptions): LogQuery {
  const problems: Failure[] = [];
  const usage = (message: string, hint?: string) => {
    problems.push({ code: 'LOGS_USAGE', subject: 'logs', message, ...(hint === undefined ? {} : { hint }) });
  };
  const any = (patterns: readonly string[], name: string): Matches => {
    const all = patterns.map((pattern) => compile(pattern, name, usage));
    return (text) => all.some((matches) => matches(text));
  };

  const pods = query.includes('/')
    ? { workload: parseWorkload(query, usage) }
    : { name: any([query], 'the query') };
  const isContainer = any([options.container], '--container');
  const isExcludedContainer = any(options.excludeContainer, '--exclude-container');
  const isIncluded = any(options.include, '--include');
  const isExcluded = any(options.exclude, '--exclude');
  const since = parseSince(options.since, usage);
  const tail = parseTail(options, usage);
  if (options.selector !== undefined && 'workload' in pods) {
    usage(`--selector and "${query}" cannot be used together: the latter selects pods already.`);
  }
  if (problems.length > 0) throw new RockpoolError(problems, { exitCode: 2 });
  const { follow, output, color, namespace, selector, context, kubeconfig } = options;
  return {
    ...{ pods, since, follow, output, color },
    allNamespaces: options.allNamespaces ?? false,
    timestamps: options.timestamps ?? false,
    container: (name) => isContainer(name) && !isExcludedContainer(name),
    line: (text) => (options.include.length === 0 || isIncluded(text)) && !isExcluded(text),
    ...(tail === undefined ? {} : { tail }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(selector === undefined ? {} : { selector }),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}

/** Tells what is wrong with the words of the command. */
export type TellUsage = (message: string, hint?: string) => void;

function compile(pattern: string, where: string, usage: TellUsage): Matches {
  if (pattern === '.*' || pattern === '') return () => true;
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.test(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    usage(
      `"${pattern}" of ${where} is no regular expression: ${why}.`,
      'The syntax is RE2 (https://github.com/google/re2/wiki/Syntax): no look-around, no back references.',
    );
    return () => false;
  }
}

function parseSince(text: string, usage: TellUsage): number {
  const ms = parseDuration(text);
  if (ms === undefined) {
    usage(`"${text}" of --since is no duration.`, 'Write a number and h, m, s or ms: 90s, 5m, 1h30m.');
  }
  return ms ?? 0;
}

function parseTail({ tail, follow }: LogQueryOptions, usage: TellUsage): number | undefined {
  if (tail === '-1') return undefined;
  if (!/^\d+$/.test(tail))
    usage(`"${tail}" of --tail is no number of lines.`, 'Write 0 or more, or -1 for all.');
  if (!follow && tail === '0') usage('--no-follow with --tail 0 would show nothing.');
  return Number(tail);
}
