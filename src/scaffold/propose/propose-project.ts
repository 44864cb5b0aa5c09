import type { Manifest } from '../../deploy/manifest.ts';
import { parseManifests } from '../../deploy/parse-manifests.ts';
import { writeManifests } from '../manifests/write-manifests.ts';
import type { Answers, LeftOut, Proposal, ProposedFile, Reason } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { chooseNamespace } from './choose-namespace.ts';
import { chooseSources } from './choose-sources.ts';
import type { ChosenSources } from './chosen-sources.ts';
import { configText } from './config-text.ts';
import { forwardTargets } from './forward-targets.ts';
import { imagesIn, imageUses } from './image-uses.ts';
import { type MadeServices, makeServices } from './make-services.ts';
import { manifestEntries, manifestReasons } from './manifest-entries.ts';
import { type KnownPorts, type PlannedForward, proposeForwards } from './propose-forwards.ts';
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
  const names = new Set(images.map((image) => image.name));
  const entries = manifestEntries(sources, survey);
  const objects = sources.flatMap((source) => source.objects.map(({ manifest }) => manifest));
  const { namespace, why } = answers['namespace']
    ? { namespace: answers['namespace'], why: 'as it was answered' }
    : chooseNamespace(objects);
  const forwards = proposeForwards(forwardTargets(objects, runsOneOf(names)), {
    namespace,
    known: knownPorts(survey),
  });
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
    leftOut: [...survey.leftOut, ...shorten([...chosen.leftOut, ...leftDockerfiles]), ...made.leftOut],
  };
}

function fileSource({ path, content }: ProposedFile): Source {
  const { manifests } = parseManifests(content, path);
  return { kind: 'file', path, objects: manifests.map(({ manifest }) => ({ manifest, at: path })) };
}

/** Ports of this machine that somebody chose before. */
function knownPorts({ skaffold }: Survey): KnownPorts {
  const forwards = skaffold.flatMap((file) => file.forwards);
  return (to, port) => forwards.find((forward) => forward.to === to && forward.port === port)?.local;
}

/** Whether a workload runs one of these images. */
function runsOneOf(names: ReadonlySet<string>) {
  return (manifest: Manifest): boolean => imagesIn(manifest).some((image) => names.has(image));
}

/** Many files left out for one reason are one line. */
function shorten(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  const reasonOf = (words: string) => words.slice(words.indexOf(': ') + 2);
  return [...new Set(leftOut.map(reasonOf))].flatMap((reason) => {
    const alike = leftOut.filter((words) => reasonOf(words) === reason);
    if (alike.length <= MANY) return alike;
    const paths = alike.slice(0, MANY - 1).map((words) => words.slice(0, words.indexOf(': ')));
    return [`${paths.join(', ')} and ${alike.length - paths.length} more: ${reason}`];
  });
}

const MANY = 4;

function forwardReason({ to, port, namespace, effective }: PlannedForward): Reason {
  const target = `${namespace === undefined ? '' : `${namespace}/`}${to}:${port}`;
  return { what: `forward ${target} to local port ${effective}`, why: [] };
}
