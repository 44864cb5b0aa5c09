import { parseManifests } from '../../deploy/parse-manifests.ts';
import { formatPlace } from '../../session/failure.ts';
import type { Answers } from '../proposal.ts';
import type { FoundManifests, Survey } from '../survey/survey.ts';
import { chartSource } from './chart-source.ts';
import { chartUses } from './chart-uses.ts';
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
    ...chartUses(survey, answers).map(({ chart, use }) => chartSource(chart, use, survey.rendered)),
  ];
}

function fileSource({ path, objects, template }: FoundManifests): Source {
  const placed = objects.map(({ manifest, place, locate }) => ({
    manifest,
    locate,
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
