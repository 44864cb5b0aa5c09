import { posix } from 'node:path';
import type { Answers } from '../proposal.ts';
import type { FoundChart, Survey } from '../survey/survey.ts';
import type { ChartUse } from './chart-source.ts';
import { environmentOf, rankOf } from './environments.ts';

/** The charts of a project that could be applied, and how each would be rendered. Pure. */
export function chartUses(
  survey: Survey,
  answers: Answers,
): readonly { readonly chart: FoundChart; readonly use: ChartUse }[] {
  return ownCharts(survey).map((chart) => ({ chart, use: useOf(chart, survey, answers) }));
}

/** Libraries make nothing, and what another chart depends on comes with it. */
function ownCharts({ charts }: Survey): readonly FoundChart[] {
  const needed = new Set(charts.flatMap(({ dependencies }) => dependencies));
  return charts.filter(({ isLibrary, path }) => !isLibrary && !needed.has(path));
}

/** Two uses with the same key make the same objects. Pure. */
export const keyOfUse = ({ path }: Pick<FoundChart, 'path'>, use: ChartUse): string =>
  JSON.stringify([path, use.release, use.valuesFiles, use.set]);

/** As skaffold.yaml says; else with the values file for development, and the chart's own name for its release. */
function useOf(chart: FoundChart, { tools }: Survey, answers: Answers): ChartUse {
  const written = tools.flatMap(({ helm }) => helm).find((release) => release.chart === chart.path);
  if (written)
    return { release: plainName(written.release, chart.name), valuesFiles: written.values, set: written.set };
  const files = chart.valuesFiles.filter(({ path }) => {
    const environment = environmentOf(posix.basename(path));
    const given = answers['environment'];
    return (
      environment !== undefined &&
      (given === undefined ? rankOf(environment) < rankOf(undefined) : environment === given)
    );
  });
  const [nearest] = [...files].sort((a, b) => rank(a.path) - rank(b.path));
  return { release: chart.name, valuesFiles: nearest ? [nearest.path] : [], set: {} };
}

const rank = (path: string): number => rankOf(environmentOf(posix.basename(path)));

/** A name that skaffold fills in is as good as none. */
const plainName = (name: string, fallback: string): string =>
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) ? name : fallback;
