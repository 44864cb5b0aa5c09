import { posix } from 'node:path';
import type { LeftOut } from '../proposal.ts';
import { asList, asMap, asText, asTexts } from './loose-values.ts';
import { readYamlDocuments } from './read-yaml.ts';
import type { FoundBuild, FoundText, FoundTool } from './survey.ts';
import { releasesOf, unreadSkaffold } from './unread-parts.ts';

type Map = Readonly<Record<string, unknown>>;

/** What a skaffold.yaml builds, deploys and forwards, in its newer form and the older ones; profiles are not looked at. Pure. */
export function readSkaffold({ path, source }: FoundText): {
  readonly builds: readonly FoundBuild[];
  readonly setup: FoundTool;
  readonly leftOut: readonly LeftOut[];
} {
  const folder = posix.dirname(path);
  const configs = readYamlDocuments(source).map(asMap);
  const artifacts = configs.flatMap(({ build }) => asList(asMap(build)['artifacts']).map(asMap));
  const parts = configs.map((config) => readConfig(config, folder));
  return {
    builds: artifacts.flatMap((artifact) => buildOf(artifact, path)),
    setup: {
      path,
      manifests: parts.flatMap(({ manifests }) => manifests),
      kustomize: parts.flatMap(({ kustomize }) => kustomize),
      helm: parts.flatMap(({ helm }) => helm),
      forwards: parts.flatMap(({ forwards }) => forwards),
    },
    leftOut: [
      ...artifacts.flatMap((artifact) => otherBuilder(artifact, path)),
      ...configs.flatMap((config) => unreadSkaffold(config, path)),
    ],
  };
}

const BUILDERS = ['jib', 'ko', 'bazel', 'buildpacks', 'custom', 'kaniko'] as const;

function otherBuilder(artifact: Map, path: string): readonly LeftOut[] {
  const builder = BUILDERS.find((name) => artifact[name] !== undefined);
  if (builder === undefined || builder === 'kaniko') return [];
  return [
    `${path}: ${asText(artifact['image'] ?? artifact['imageName']) ?? 'an image'} is built by ${builder}; rockpool builds Dockerfiles`,
  ];
}

function buildOf(artifact: Map, path: string): readonly FoundBuild[] {
  const image = asText(artifact['image'] ?? artifact['imageName']);
  if (image === undefined || otherBuilder(artifact, path).length > 0) return [];
  const context = posix
    .join(posix.dirname(path), asText(artifact['context'] ?? artifact['workspace']) ?? '.')
    .replace(/\/$/, '');
  const docker = { ...asMap(artifact['kaniko']), ...asMap(artifact['docker']) };
  const target = asText(docker['target']);
  const needs = asList(artifact['requires']).map(asMap).flatMap(needOf);
  const { args, notes } = buildArgs(asMap(docker['buildArgs']), path);
  return [
    {
      at: path,
      image,
      context,
      dockerfile: posix.join(context, asText(docker['dockerfile']) ?? 'Dockerfile'),
      ...(target === undefined ? {} : { target }),
      args: { ...Object.fromEntries(needs), ...args },
      notes,
    },
  ];
}

/** `{{.NAME}}` is a variable of the environment, which rockpool has by another name; what skaffold computes is told. */
function buildArgs(written: Map, path: string): Required<Pick<FoundBuild, 'args' | 'notes'>> {
  const notes: string[] = [];
  const args = Object.entries(written).flatMap(([key, value]): [string, string][] => {
    const names: string[] = [];
    const text = String(value).replace(/\{\{\s*\.([A-Za-z_]\w*)\s*\}\}/g, (_, name: string) => {
      names.push(name);
      return `{{ env.${name} | default: "" }}`;
    });
    if (/\{\{/.test(text.replace(/\{\{ env\.\w+ \| default: "" \}\}/g, '')) || names.some(isSkaffolds)) {
      notes.push(`${path} computes the build argument ${key}: ${String(value)}; give it in args`);
      return [];
    }
    for (const name of names)
      notes.push(`the build argument ${key} is empty unless .env or the environment sets ${name}`);
    return [[key, text]];
  });
  return { args: Object.fromEntries(args), notes };
}

/** Of images, which skaffold knows and the environment does not. */
const isSkaffolds = (name: string): boolean => /^(?:IMAGE_|DIGEST|TAG$)/.test(name);

/** An artifact that another one is built from is told to it as a build argument. */
function needOf({ image, alias }: Map): [string, string][] {
  if (typeof image !== 'string') return [];
  return [[asText(alias) ?? image.replace(/[^A-Za-z0-9]/g, '_').toUpperCase(), image]];
}

function readConfig(config: Map, folder: string): Omit<FoundTool, 'path'> {
  const [manifests, deploy] = [asMap(config['manifests']), asMap(config['deploy'])];
  const inFolder = (entry: string) => posix.join(folder, entry).replace(/\/$/, '');
  const older = asMap(deploy['kubectl']);
  const raw = [...asTexts(manifests['rawYaml']), ...asTexts(older['manifests'])];
  const kustomize = [asMap(manifests['kustomize']), asMap(deploy['kustomize'])].flatMap((map) => [
    ...asTexts(map['paths']),
    ...asTexts([map['path']]),
  ]);
  const releases = releasesOf(config);
  return {
    manifests: (isByDefault(config) ? ['k8s/*.yaml'] : raw).map(inFolder),
    kustomize: kustomize.map(inFolder),
    helm: releases.flatMap((release) => {
      const chart = asText(release['chartPath']);
      if (chart === undefined) return [];
      const values = asTexts([...asList(release['valuesFiles']), release['valuesFilePath']]).map(inFolder);
      const name = asText(release['name']) ?? posix.basename(chart);
      return [{ chart: inFolder(chart), release: name, values, set: setValues(release, config) }];
    }),
    forwards: asList(config['portForward']).map(asMap).flatMap(forwardOf),
  };
}

/** Single values of a release. Where skaffold fills in an image, it is named, so that rockpool puts its own there. */
function setValues(release: Map, { build }: Map): Readonly<Record<string, string | number | boolean>> {
  const images = asList(asMap(build)['artifacts']).flatMap(
    (artifact) => asText(asMap(artifact)['image'] ?? asMap(artifact)['imageName']) ?? [],
  );
  const imageOf = (key: string) =>
    images.find((image) => image.replace(/[^A-Za-z0-9]/g, '_') === key) ??
    (images.length === 1 ? images[0] : undefined);
  const templates = Object.entries(asMap(release['setValueTemplates'])).flatMap(([path, value]) => {
    const [, , key = ''] =
      /^\{\{\s*\.IMAGE_(FULLY_QUALIFIED_NAME|REPO|NAME)(?:_(\w+))?\s*\}\}$/.exec(String(value)) ?? [];
    const image =
      String(value).includes('.IMAGE_') && !/\.IMAGE_(?:TAG|DIGEST|DOMAIN)/.test(String(value))
        ? imageOf(key)
        : undefined;
    return image === undefined ? [] : [[path, image] as const];
  });
  const plain = Object.entries({
    ...asMap(release['setValues']),
    ...artifactValues(release),
  }).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries([...plain, ...templates]);
}

/** The older way to name images: as one value, or in the parts that the chart puts together. */
function artifactValues(release: Map): Map {
  const isInParts = asMap(release['imageStrategy'])['helm'] !== undefined;
  const entries = Object.entries({ ...asMap(release['values']), ...asMap(release['artifactOverrides']) });
  return Object.fromEntries(entries.map(([key, image]) => [isInParts ? `${key}.repository` : key, image]));
}

/** Without a word about manifests skaffold takes these. */
function isByDefault({ manifests, deploy, build, requires }: Map): boolean {
  if (requires !== undefined && build === undefined) return false;
  return (
    Object.keys(asMap(manifests)).length === 0 &&
    Object.keys(asMap(deploy)).filter((key) => key !== 'kubectl' && key !== 'statusCheck' && key !== 'logs')
      .length === 0 &&
    asList(asMap(asMap(deploy)['kubectl'])['manifests']).length === 0
  );
}

function forwardOf(forward: Map): FoundTool['forwards'] {
  const [kind, name, port, local] = [
    forward['resourceType'],
    forward['resourceName'],
    forward['port'],
    forward['localPort'],
  ];
  if (typeof kind !== 'string' || typeof name !== 'string') return [];
  if (typeof port !== 'number' && typeof port !== 'string') return [];
  return [{ to: `${kind.toLowerCase()}/${name}`, port, ...(typeof local === 'number' ? { local } : {}) }];
}
