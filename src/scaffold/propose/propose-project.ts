import { type Manifest, valueAt } from '../../deploy/manifest.ts';
import { parseManifests } from '../../deploy/parse-manifests.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import { writeManifests } from '../manifests/write-manifests.ts';
import type { Answers, Proposal, ProposedFile, Reason } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { chooseNamespace } from './choose-namespace.ts';
import { chooseSources } from './choose-sources.ts';
import type { ChosenSources } from './chosen-sources.ts';
import { configText } from './config-text.ts';
import { type ImageUse, imageUses } from './image-uses.ts';
import { type MadeServices, makeServices } from './make-services.ts';
import { manifestEntries, manifestReasons } from './manifest-entries.ts';
import { type PlannedForward, proposeForwards } from './propose-forwards.ts';
import { type ProposedImages, proposeImages } from './propose-images.ts';
import type { Source } from './source.ts';

/**
 * The rockpool.yaml that the owners of a project would have written, with a reason for everything in it. Undefined when
 * there is nothing that could be applied. Pure.
 * @param answers to questions of an earlier proposal for the same project
 */
export function proposeProject(survey: Survey, answers: Answers = {}): Proposal | undefined {
  const name = answers['name'] ?? survey.name;
  const chosen = chooseSources(survey, answers);
  const images = proposeImages(survey, imageUses(chosen.sources), answers);
  const made =
    chosen.sources.length > 0 ? NOTHING_MADE : makeServices(survey.dockerfiles, { name, survey, answers });
  const files = writeManifests(name, made.sketches, freeFolder(survey));
  if (chosen.sources.length === 0 && files.length === 0) return undefined;
  return assemble({ name, survey, answers, chosen, images, made, files });
}

const NOTHING_MADE: MadeServices = { images: [], sketches: [], reasons: [], questions: [], leftOut: [] };

/** Where manifests go that are made: not among others. */
function freeFolder({ paths }: Survey): string {
  return ['k8s', 'kubernetes', 'manifests'].find((folder) => !paths.has(folder)) ?? 'k8s-dev';
}

interface Parts {
  readonly name: string;
  readonly survey: Survey;
  readonly answers: Answers;
  readonly chosen: ChosenSources;
  readonly images: ProposedImages;
  readonly made: MadeServices;
  readonly files: readonly ProposedFile[];
}

function assemble({ name, survey, answers, chosen, images: found, made, files }: Parts): Proposal {
  const sources = [...chosen.sources, ...files.map(fileSource)];
  const images = [...found.images, ...made.images];
  const entries = manifestEntries(sources, survey);
  const objects = sources.flatMap((source) => source.objects.map(({ manifest }) => manifest));
  const { namespace, why } = answers['namespace']
    ? { namespace: answers['namespace'], why: 'as it was answered' }
    : chooseNamespace(objects);
  const isOwn = runsOneOf(new Set(images.map((image) => image.name)), objects, imageUses(sources));
  const forwards = proposeForwards(objects, { namespace, isOwn, known: knownPorts(survey) });
  const leftDockerfiles = made.images.length > 0 ? [] : found.leftOut;
  return {
    yaml: configText({ name, namespace, images, manifests: entries, forwards }),
    files,
    questions: [...chosen.questions, ...found.questions, ...made.questions],
    reasons: [
      ...(namespace === undefined ? [] : [{ what: `namespace ${namespace}`, why: [why ?? ''] }]),
      ...found.reasons,
      ...made.reasons,
      ...manifestReasons(sources, survey),
      ...forwards.map(forwardReason),
    ],
    leftOut: [...survey.leftOut, ...chosen.leftOut, ...leftDockerfiles, ...made.leftOut],
  };
}

function fileSource({ path, content }: ProposedFile): Source {
  const { manifests } = parseManifests(content, path);
  return { kind: 'file', path, objects: manifests.map(({ manifest }) => ({ manifest, at: path })) };
}

/** Ports of this machine that somebody chose before. */
function knownPorts({ skaffold }: Survey) {
  const forwards = skaffold.flatMap((file) => file.forwards);
  return (service: string, port: number): number | undefined =>
    forwards.find((forward) => forward.to === `service/${service}` && forward.port === port)?.local;
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

function forwardReason({ to, port, namespace, effective }: PlannedForward): Reason {
  const target = `${namespace === undefined ? '' : `${namespace}/`}${to}:${port}`;
  return { what: `forward ${target} to local port ${effective}`, why: [] };
}
