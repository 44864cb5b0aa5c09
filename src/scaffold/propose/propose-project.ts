import type { Manifest } from '../../deploy/manifest.ts';
import { parseManifests } from '../../deploy/parse-manifests.ts';
import { writeManifests } from '../manifests/write-manifests.ts';
import type { Answers, LeftOut, Proposal, ProposedFile, Reason, ServiceSketch } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { chooseNamespace } from './choose-namespace.ts';
import { chooseSources } from './choose-sources.ts';
import type { ChosenSources } from './chosen-sources.ts';
import { configText, type PlannedImage } from './config-text.ts';
import { templatesFor, withPlainImages } from './filled-in-images.ts';
import { forwardTargets } from './forward-targets.ts';
import { imagesIn, imageUses } from './image-uses.ts';
import { madeFromCompose } from './made-from-compose.ts';
import { makeRest } from './make-rest.ts';
import { type MadeServices, makeServices } from './make-services.ts';
import { manifestEntries, manifestReasons } from './manifest-entries.ts';
import { type PlannedForward, proposeForwards } from './propose-forwards.ts';
import { type ProposedImages, proposeImages } from './propose-images.ts';
import { type FoundCompose, readProjectCompose } from './read-project-compose.ts';
import type { Source } from './source.ts';
import { templateValues } from './template-values.ts';
import { withToolBuilds } from './with-tool-builds.ts';
import { writtenForwards } from './written-forwards.ts';

/**
 * The rockpool.yaml that the owners of a project would have written, with a reason for everything in it. Undefined when
 * there is nothing that could be applied, or when all of it is broken: then it is to be mended, and not made anew. Pure.
 * @param answers to questions of an earlier proposal for the same project
 */
export function proposeProject(surveyed: Survey, answers: Answers = {}): Proposal | undefined {
  const name = answers['name'] ?? surveyed.name;
  const compose = readProjectCompose(surveyed, name, answers);
  const survey = compose ? { ...surveyed, builds: [...surveyed.builds, ...compose.builds] } : surveyed;
  const found = chooseSources(survey, answers);
  const plain = withPlainImages(found.sources);
  const images = proposeImages(survey, imageUses(plain.sources), answers);
  const built = new Set(images.images.map((image) => image.name));
  const templates = templatesFor(plain, built, survey);
  const leftOut = [...found.leftOut, ...templates.leftOut];
  const chosen = { ...found, sources: templates.sources, leftOut };
  if (chosen.sources.length === 0 && survey.broken.length > 0) return undefined;
  const made =
    chosen.sources.length === 0
      ? makeAll(survey, { name, compose, answers })
      : makeRest(chosen.sources, { name, survey, compose, answers, images });
  const files = writeManifests(name, made.sketches, freeFolder(survey, made.sketches));
  if (chosen.sources.length === 0 && files.length === 0) return undefined;
  return assemble({
    name,
    survey,
    answers,
    chosen,
    images,
    made,
    files,
    templates: templates.files,
    compose,
  });
}

interface Made {
  readonly name: string;
  readonly compose: FoundCompose | undefined;
  readonly answers: Answers;
}

function makeAll(survey: Survey, { name, compose, answers }: Made): MadeServices {
  if (compose && compose.sketches.length > 0)
    return withToolBuilds(madeFromCompose(compose, survey.dockerfiles), survey);
  const made = makeServices(survey.dockerfiles, { name, survey, answers });
  return { ...made, leftOut: [...(compose?.leftOut ?? []), ...made.leftOut] };
}

/** Where manifests go that are made: over no file, and not beside a kustomization or into a chart, which would not name them. */
function freeFolder({ paths, kustomizations, charts }: Survey, sketches: readonly ServiceSketch[]): string {
  const taken = new Set([...kustomizations, ...charts].map(({ path }) => path));
  const isFree = (folder: string) =>
    !taken.has(folder) && !sketches.some(({ name }) => paths.has(`${folder}/${name}.yaml`));
  return ['k8s', 'kubernetes', 'manifests'].find(isFree) ?? 'k8s-dev';
}

interface Parts {
  readonly name: string;
  readonly survey: Survey;
  readonly answers: Answers;
  readonly chosen: ChosenSources;
  readonly images: ProposedImages;
  readonly made: MadeServices;
  /** manifests that are made */
  readonly files: readonly ProposedFile[];
  /** copies of manifests, for rockpool to fill in; among the chosen sources */
  readonly templates: readonly ProposedFile[];
  readonly compose: FoundCompose | undefined;
}

function assemble(parts: Parts): Proposal {
  const { name, survey, answers, chosen, images: found, made, files, templates, compose } = parts;
  const sources = [...chosen.sources, ...files.map(fileSource)];
  const images = distinct([...found.images, ...made.images]);
  const names = new Set(images.map((image) => image.name));
  const named = { ...survey, name };
  const entries = manifestEntries(sources, named);
  const objects = sources.flatMap((source) => source.objects.map(({ manifest }) => manifest));
  const { namespace, why } = answers['namespace']
    ? { namespace: answers['namespace'], why: 'as it was answered' }
    : chooseNamespace(objects);
  const { values, leftOut: guesses } = templateValues(chosen.sources);
  const written = writtenForwards(survey, compose);
  const targets = forwardTargets(objects, runsOneOf(names));
  const forwards = proposeForwards([...targets, ...written.more(targets, objects)], {
    namespace,
    known: written.known,
  });
  const leftDockerfiles = chosen.sources.length === 0 ? [] : found.leftOut;
  return {
    yaml: configText({ name, namespace, images, manifests: entries, values, forwards }),
    files: [...templates, ...files],
    questions: [...chosen.questions, ...found.questions, ...made.questions],
    reasons: [
      ...(namespace === undefined ? [] : [{ what: `namespace ${namespace}`, why: [why ?? ''] }]),
      ...found.reasons,
      ...made.reasons,
      ...manifestReasons(sources, named),
      ...forwards.map(forwardReason),
    ],
    leftOut: [
      ...survey.broken,
      ...survey.leftOut,
      ...shorten([...chosen.leftOut, ...leftDockerfiles]),
      ...made.leftOut,
      ...withoutPorts(files),
      ...guesses,
    ],
  };
}

function fileSource({ path, content }: ProposedFile): Source {
  const { manifests } = parseManifests(content, path);
  return { kind: 'file', path, objects: manifests.map(({ manifest }) => ({ manifest, at: path })) };
}

/** An image that manifests and a compose file name is one. */
const distinct = (images: readonly PlannedImage[]): readonly PlannedImage[] =>
  images.filter(({ name }, index) => images.findIndex((other) => other.name === name) === index);

/** Whether a workload runs one of these images. */
function runsOneOf(names: ReadonlySet<string>) {
  return (manifest: Manifest): boolean => imagesIn(manifest).some((image) => names.has(image));
}

/** A program that others talk to needs a Service, and a Service a port. */
const withoutPorts = (files: readonly ProposedFile[]): readonly LeftOut[] =>
  files
    .filter(({ content }) => !/^kind: Service$/m.test(content))
    .map(
      ({ path }) =>
        `${path}: no port is known, so there is no Service; EXPOSE in the Dockerfile, or \`expose\` in a compose file, would tell it`,
    );

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
