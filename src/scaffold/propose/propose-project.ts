import { type Manifest, valueAt } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import type { Answers, Proposal } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { chooseNamespace } from './choose-namespace.ts';
import { chooseSources } from './choose-sources.ts';
import { configText } from './config-text.ts';
import { type ImageUse, imageUses } from './image-uses.ts';
import { entryWords, manifestEntries } from './manifest-entries.ts';
import { type PlannedForward, proposeForwards } from './propose-forwards.ts';
import { proposeImages } from './propose-images.ts';

/**
 * The rockpool.yaml that the owners of a project would have written, with a reason for everything in it. Undefined when
 * there is nothing that could be applied. Pure.
 * @param answers to questions of an earlier proposal for the same project
 */
export function proposeProject(survey: Survey, answers: Answers = {}): Proposal | undefined {
  const chosen = chooseSources(survey, answers);
  if (chosen.sources.length === 0) return undefined;
  const uses = imageUses(chosen.sources);
  const images = proposeImages(survey, uses, answers);
  const entries = manifestEntries(chosen.sources, survey);
  const objects = chosen.sources.flatMap((source) => source.objects.map(({ manifest }) => manifest));
  const { namespace, why } = answers['namespace']
    ? { namespace: answers['namespace'], why: 'as it was answered' }
    : chooseNamespace(objects);
  const names = new Set(images.images.map(({ name }) => name));
  const forwards = proposeForwards(objects, {
    namespace,
    isOwn: runsOneOf(names, objects, uses),
    known: () => undefined,
  });
  return {
    yaml: configText({
      name: answers['name'] ?? survey.name,
      namespace,
      images: images.images,
      manifests: entries,
      forwards,
    }),
    files: [],
    questions: [...chosen.questions, ...images.questions],
    reasons: [
      ...(namespace === undefined ? [] : [`namespace ${namespace}: ${why}`]),
      ...images.reasons,
      ...entries.map((entry) => `manifests: ${entryWords(entry)}`),
      ...forwards.map(forwardReason),
    ],
    leftOut: [...survey.leftOut, ...chosen.leftOut, ...images.leftOut],
  };
}

/** Whether a Service's pods run one of these images, as its selector tells. */
function runsOneOf(names: ReadonlySet<string>, objects: readonly Manifest[], uses: readonly ImageUse[]) {
  const running = new Set(uses.filter(({ repository }) => names.has(repository)).flatMap((use) => use.names));
  const workloads = objects.filter(({ metadata }) => running.has(metadata.name));
  return (service: Manifest): boolean => {
    const selector = Object.entries(valueAt(service, ['spec', 'selector']) ?? {});
    return workloads.some((workload) => {
      const path = podTemplatePath(workload);
      const labels = path && valueAt(workload, [...path, 'metadata', 'labels']);
      return selector.length > 0 && selector.every(([key, value]) => valueAt(labels, [key]) === value);
    });
  };
}

function forwardReason({ to, port, namespace, effective }: PlannedForward): string {
  const target = `${namespace === undefined ? '' : `${namespace}/`}${to}:${port}`;
  return `forward ${target} to local port ${effective}`;
}
