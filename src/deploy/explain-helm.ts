import type { ChartConfig } from '../config/config.ts';
import { type Failure, formatPlace, type SourcePlace } from '../session/failure.ts';

export interface ExplainHelmOptions {
  readonly chart: Pick<ChartConfig, 'chart' | 'isLocal' | 'at'>;
  /** the file that helm calls `db/templates/web.yaml`, relative to the project */
  placeOf(source: string): string;
}

/** What helm wrote on stderr when it failed, in words, with all that it wrote as output. Pure. */
export function explainHelm(stderr: string, { chart, placeOf }: ExplainHelmOptions): Failure {
  const said = errorIn(stderr);
  const words = reasonIn(said);
  const failure = {
    code: 'HELM_FAILED',
    subject: `chart/${chart.chart}`,
    message: `helm does not render ${chart.chart}: ${words.length > 300 ? `${words.slice(0, 300)}…` : words}`,
    output: said,
    ...hintFor(said, chart),
  };
  const at = chart.isLocal ? templateIn(said, placeOf) : undefined;
  if (!at) return { ...failure, at: chart.at };
  return { ...failure, message: `${failure.message} (${formatPlace(chart.at)} names the chart)`, at };
}

/** A template as helm names it, by its path in the chart, with line and column in one of the forms of helm 3 and 4. */
const SOURCE = /([\w.-]+\/(?:charts\/[\w.-]+\/)*(?:templates|crds)\/[\w./-]*\w)(?::(\d+)(?::(\d+))?)?/g;

/** The last one with a line is where it went wrong: those before it include it. */
function templateIn(said: string, placeOf: (source: string) => string): SourcePlace | undefined {
  const sources = [...said.matchAll(SOURCE)];
  const source = sources.findLast(([, , line]) => line !== undefined) ?? sources[0];
  if (!source) return undefined;
  const [, file = '', line, column] = source;
  return {
    file: placeOf(file),
    ...(line === undefined ? {} : { line: Number(line) }),
    // Go's templates count columns from 0
    ...(column === undefined ? {} : { column: Number(column) + 1 }),
  };
}

/** Without the warnings before it and the advice behind it. */
function errorIn(stderr: string): string {
  const text = stderr.replace(/\n*Use --debug flag to render out invalid YAML\s*$/, '');
  const start = text.search(/^Error: /m);
  return (start === -1 ? text : text.slice(start + 'Error: '.length)).trim() || 'it does not say why';
}

/** On one line, without the way through the templates that include the one where it went wrong: its place is told. */
function reasonIn(said: string): string {
  const line = said.replace(/\s+/g, ' ');
  return line.replace(/^.*\bexecuting "[^"]*" (?=at <)/, '');
}

function hintFor(said: string, { chart, isLocal }: ExplainHelmOptions['chart']): Pick<Failure, 'hint'> {
  if (/missing in charts\/ directory/.test(said)) {
    return { hint: `fetch the charts that it depends on: \`helm dependency build ${chart}\`` };
  }
  if (/nil pointer evaluating/.test(said)) {
    return { hint: 'a value on the way there is not set: set it in a values file, or under `set`' };
  }
  if (/values don't meet the specifications/.test(said)) {
    return { hint: 'values.schema.json of the chart says what it takes' };
  }
  if (isLocal) return {};
  return {
    hint: `there is no folder ${chart} in the project, so helm was asked to fetch it: \`helm repo list\` shows where from`,
  };
}
