import { resolve } from 'node:path';
import { createMask } from '../build/mask-values.ts';
import { runTool, toolMissing } from '../cluster/run-tool.ts';
import type { ChartConfig } from '../config/config.ts';
import { type Failure, formatPlace, RockpoolError } from '../session/failure.ts';
import { createChartSources } from './chart-sources.ts';
import { explainHelm } from './explain-helm.ts';
import { withoutHooks } from './helm-hooks.ts';
import { nameFile } from './manifest-files.ts';
import { type ManifestFile, parseRendered } from './parse-rendered.ts';
import { type WholeChart, wholeChart } from './whole-chart.ts';

/** A chart may have to be fetched. In ms. */
const PATIENCE = 60_000;

/**
 * The manifests of a chart, made by `helm template`, CRDs included; those of hooks are left out with a word. What helm
 * says is wrong is in the answer (HELM_FAILED). Rejects with the signal's reason, or a RockpoolError: TOOL_MISSING,
 * TOOL_TIMEOUT.
 */
export async function helmManifests(
  chart: ChartConfig,
  { root, namespace }: { readonly root: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<ManifestFile> {
  const place = chart.isLocal ? resolve(root, chart.chart) : undefined;
  const whole = place === undefined ? undefined : await wholeChart(place);
  try {
    const args = helmArguments(chart, whole?.path ?? chart.chart, namespace);
    const { exitCode, stdout, stderr } = await runHelm(chart, args, root, signal);
    const folder = place === undefined ? chart.chart : nameFile(root, place);
    const mask = createMask(textsOf(chart.set));
    const sources = createChartSources({ rendered: stdout, folder, root, ...originsOf(whole) });
    if (exitCode !== 0) {
      const failure = explainHelm(withoutCopy(mask(stderr), whole, folder), {
        chart,
        placeOf: sources.placeOf,
      });
      return { manifests: [], failures: [{ ...failure, ...commandOf(chart, namespace) }], warnings: [] };
    }
    const { original } = sources;
    const read = await parseRendered(stdout, { file: folder, unbuilt: [], original });
    const { kept, word } = withoutHooks(read.manifests, folder);
    const manifests = await Promise.all(
      kept.map(async (manifest) => ({ ...manifest, file: (await manifest.locate([])).file })),
    );
    const warnings = [...warningsIn(mask(stderr), folder), ...word, ...read.warnings];
    return { manifests, failures: read.failures, warnings };
  } finally {
    await whole?.dispose();
  }
}

/** The values of `set` are sent as JSON: helm's own syntax gives commas, braces and digits a meaning. */
function helmArguments(
  { release, version, values, set }: ChartConfig,
  path: string,
  namespace: string,
): readonly string[] {
  return [
    ...['template', release, path, '--namespace', namespace, '--include-crds'],
    ...(version === undefined ? [] : ['--version', version]),
    ...values.flatMap((file) => ['--values', file]),
    ...Object.entries(set).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]),
  ];
}

async function runHelm(chart: ChartConfig, args: readonly string[], root: string, signal: AbortSignal) {
  const { env } = process;
  try {
    return await runTool({ program: 'helm', args, cwd: root, env, signal, timeout: PATIENCE });
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    const missing = toolMissing('helm', `renders the chart ${chart.chart} (${formatPlace(chart.at)})`);
    const failures = error.failures.map((failure) => (failure.code === 'TOOL_MISSING' ? missing : failure));
    throw new RockpoolError(
      failures.map((failure) => ({ ...failure, at: chart.at })),
      { cause: error },
    );
  }
}

const originsOf = (whole: WholeChart | undefined) => ({
  origins: whole?.origins ?? new Map<string, string>(),
});

/** Nobody knows the folder of the copy. */
function withoutCopy(text: string, whole: WholeChart | undefined, folder: string): string {
  return whole === undefined ? text : text.split(whole.path).join(folder);
}

/** Values of `set` may be secrets from the environment: with any, there is no command to paste. */
function commandOf(chart: ChartConfig, namespace: string): Pick<Failure, 'command'> {
  if (Object.keys(chart.set).length > 0) return {};
  return { command: ['helm', ...helmArguments(chart, chart.chart, namespace)].map(quoted).join(' ') };
}

function textsOf(set: ChartConfig['set']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(set).filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
}

/** For a shell, where a word needs it. */
function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** What helm says of a kubeconfig does not matter here: it is not used. */
function warningsIn(stderr: string, folder: string): readonly string[] {
  const lines = stderr.split('\n').map((line) => line.replace(/^(\S+:\d+: )?(warning:\s*)?/i, '').trim());
  return [...new Set(lines)]
    .filter((line) => line !== '' && !/^Kubernetes configuration file|^found symbolic link/.test(line))
    .map((line) => `${folder}: ${line}`);
}
