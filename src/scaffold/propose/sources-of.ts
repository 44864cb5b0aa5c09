import { posix } from 'node:path';
import { parseManifests } from '../../deploy/parse-manifests.ts';
import { formatPlace } from '../../session/failure.ts';
import type { Answers } from '../proposal.ts';
import type { FoundChart, FoundManifests, Survey } from '../survey/survey.ts';
import { type ChartUse, chartSource } from './chart-source.ts';
import { environmentOf, rankOf } from './environments.ts';
import { UNKNOWN } from './go-template.ts';
import { kustomizeSource } from './kustomize-source.ts';
import type { Source } from './source.ts';

/** Everything in a project that could be an entry of `manifests`. Pure. */
export function sourcesOf(survey: Survey, answers: Answers): readonly Source[] {
  return [
    ...survey.manifests.filter((file) => !hasTemplate(file, survey)).map(fileSource),
    ...survey.kustomizations
      .filter(({ isComponent }) => !isComponent)
      .map((kustomization) => kustomizeSource(kustomization, survey)),
    ...ownCharts(survey).map((chart) => chartSource(chart, useOf(chart, survey, answers))),
  ];
}

function fileSource({ path, objects, template }: FoundManifests): Source {
  const placed = objects.map(({ manifest, place }) => ({
    manifest,
    at: formatPlace({ file: path, line: place.line }),
  }));
  if (template === undefined) return { kind: 'file', path, objects: placed };
  return { kind: 'file', path, objects: certainObjects(path, template), template };
}

/** A file and its template are the same objects. */
const hasTemplate = ({ path }: FoundManifests, { manifests }: Survey): boolean =>
  manifests.some((other) => other.path === `${path}.liquid`);

/** Objects of a Liquid template that are there in any case: nothing in it is conditional. */
function certainObjects(path: string, template: string): Source['objects'] {
  if (/\{%-?\s*(?:if|unless|for|case|include|render)\b/.test(template)) return [];
  const text = template.replace(/\{%-?[\s\S]*?%\}/g, '').replace(/\{\{[\s\S]*?\}\}/g, UNKNOWN);
  const { manifests } = parseManifests(text, path);
  return manifests
    .filter(({ manifest }) => !manifest.metadata.name.includes(UNKNOWN))
    .map(({ manifest, place }) => ({ manifest, at: formatPlace({ file: path, line: place.line }) }));
}

/** Libraries make nothing, and what another chart depends on comes with it. */
function ownCharts({ charts }: Survey): readonly FoundChart[] {
  const needed = new Set(charts.flatMap(({ dependencies }) => dependencies));
  return charts.filter(({ isLibrary, path }) => !isLibrary && !needed.has(path));
}

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
