import { readImageNeeds } from '../build/read-image-needs.ts';
import type { Config } from '../config/config.ts';
import type { Path } from '../config/located-tree.ts';
import { type Failure, formatPlace, RockpoolError, type SourcePlace } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { inApplyOrder } from './apply-order.ts';
import { withConfigHash } from './config-hash.ts';
import type { GitFacts } from './git-facts.ts';
import { type ScopeOf, scopes } from './kind-scope.ts';
import { labelManifest } from './label-manifest.ts';
import { createLiquidTemplates } from './liquid-templates.ts';
import { describeResource, groupOf, type Manifest, resourceKey } from './manifest.ts';
import { findManifestFiles } from './manifest-files.ts';
import { manifestHash } from './manifest-hash.ts';
import { manifestFailure } from './parse-manifests.ts';
import type { ManifestFile, ReadManifest } from './parse-rendered.ts';
import { readGenerated } from './read-generated.ts';
import { readManifestFile } from './read-manifest-file.ts';
import { setImages } from './set-images.ts';
import { strayImages } from './stray-images.ts';
import type { TemplateVariables } from './template-variables.ts';

export interface RenderRequest {
  readonly config: Pick<Config, 'root' | 'name' | 'images' | 'manifests' | 'generated' | 'values' | 'env'>;
  /** the session's */
  readonly namespace: string;
  /** refs of the images that are built, also of such as the configuration has no more */
  readonly refs: Readonly<Record<string, string>>;
  readonly git: GitFacts;
  /** what the cluster says of kinds, when it was asked */
  readonly scopeOf?: ScopeOf;
}

/** A manifest ready to be applied, and where it came from. */
export interface RenderedResource {
  readonly key: ResourceKey;
  /** relative to the project */
  readonly file: string;
  /** images of the project that it runs */
  readonly images: readonly string[];
  readonly manifest: Manifest;
  /** of the manifest */
  readonly hash: string;
  /** made by a chart or a kustomization: fields that the apiserver does not know are left out */
  readonly isGenerated?: boolean;
  /** Where a field of it is written. */
  locate(path: Path): Promise<SourcePlace>;
}

export interface Rendered {
  /** in the order in which they are applied, held ones too */
  readonly resources: readonly RenderedResource[];
  /** what must wait, and for which image */
  readonly held: readonly { readonly key: ResourceKey; readonly image: string }[];
  readonly warnings: readonly string[];
}

/**
 * Renders every manifest of the project, charts and kustomizations by their tools. Rejects with a RockpoolError that
 * holds every failure of every file (TEMPLATE_INVALID, MANIFEST_INVALID, MANIFESTS_MISSING, HELM_FAILED,
 * KUSTOMIZE_FAILED, TOOL_MISSING, TOOL_TIMEOUT): then nothing may be applied.
 */
export async function renderManifests(request: RenderRequest, signal: AbortSignal): Promise<Rendered> {
  signal.throwIfAborted();
  const { config, namespace } = request;
  const { root } = config;
  const { files, failures } = await findFiles(config);
  const templates = createLiquidTemplates(root);
  const variables = variablesOf(request);
  const read = await Promise.all([
    ...files.map((file) => readManifestFile(file, variables, root, templates)),
    ...config.generated.map((generated) => orFailures(readGenerated(generated, { root, namespace }, signal))),
  ]);
  signal.throwIfAborted();
  const manifests = read.flatMap((file) => file.manifests);
  const placed = await place(manifests, request);
  const all = [...failures, ...read.flatMap((file) => file.failures), ...(await duplicates(placed))];
  if (all.length > 0) throw new RockpoolError(all);
  const ordered = inApplyOrder(placed).flat();
  const imageNames = config.images.map(({ name }) => name);
  return {
    resources: ordered.map(({ unbuilt: _, ...resource }) => resource),
    held: ordered.flatMap(({ key, unbuilt }) => unbuilt.slice(0, 1).map((image) => ({ key, image }))),
    warnings: [
      ...read.flatMap((file) => file.warnings),
      ...(await unusedImages(config, placed)),
      ...(await strayImages(ordered, imageNames, Object.keys(request.refs))),
    ],
  };
}

async function orFailures(reading: Promise<ManifestFile>): Promise<ManifestFile> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    return { manifests: [], failures: error.failures, warnings: [] };
  }
}

async function findFiles(config: RenderRequest['config']) {
  const found = await Promise.all(config.manifests.map((entry) => findManifestFiles(config.root, entry)));
  const failures = config.manifests
    .filter((_, index) => found[index]?.length === 0)
    .map(
      (entry): Failure => ({
        code: 'MANIFESTS_MISSING',
        subject: 'config',
        message: `no manifest matches "${entry}"`,
        hint: 'manifests in rockpool.yaml names files, folders and patterns relative to it',
      }),
    );
  return { files: [...new Set(found.flat())], failures };
}

function variablesOf({ config, namespace, refs, git }: RenderRequest): TemplateVariables {
  const images = Object.fromEntries(config.images.map(({ name }) => [name, refs[name]]));
  return { name: config.name, namespace, values: config.values, env: config.env, git, images };
}

type PlacedResource = RenderedResource & { readonly unbuilt: readonly string[] };

async function place(
  manifests: readonly ReadManifest[],
  request: RenderRequest,
): Promise<readonly PlacedResource[]> {
  const { config, namespace, refs } = request;
  const isNamespaced = scopes(
    manifests.map(({ manifest }) => manifest),
    request.scopeOf,
  );
  const byImage = Object.fromEntries(config.images.map(({ name }) => [name, refs[name]]));
  const placed = await Promise.all(
    manifests.map(async ({ manifest, file, unbuilt, locate, isGenerated = false }) => {
      const namespaced = await isNamespaced(manifest);
      const set = setImages(labelManifest(manifest, { app: config.name, namespace, namespaced }), byImage);
      return {
        key: resourceKey(set.manifest),
        file,
        images: union(set.images, unbuilt, namedIn(set.manifest, byImage)),
        manifest: set.manifest,
        unbuilt: union(set.unbuilt, unbuilt),
        locate,
        isGenerated,
      };
    }),
  );
  const all = placed.map(({ manifest }) => manifest);
  return placed.map((resource) => {
    const manifest = withConfigHash(resource.manifest, all);
    return { ...resource, manifest, hash: manifestHash(manifest) };
  });
}

/** Images whose refs a template put into other fields than a container's. */
function namedIn(manifest: Manifest, refs: Readonly<Record<string, string | undefined>>): readonly string[] {
  const text = JSON.stringify(manifest);
  return Object.entries(refs).flatMap(([image, ref]) =>
    ref !== undefined && text.includes(ref) ? [image] : [],
  );
}

const union = (...lists: readonly (readonly string[])[]): readonly string[] =>
  [...new Set(lists.flat())].sort();

async function duplicates(resources: readonly PlacedResource[]): Promise<readonly Failure[]> {
  const seen = new Map<string, PlacedResource>();
  const failures: Failure[] = [];
  for (const resource of resources) {
    const identity = `${groupOf(resource.manifest.apiVersion)}/${resource.key}`;
    const first = seen.get(identity);
    if (!first) {
      seen.set(identity, resource);
      continue;
    }
    const [here, there] = await Promise.all([
      resource.locate(['metadata', 'name']),
      first.locate(['metadata', 'name']),
    ]);
    const name = describeResource(resource.manifest);
    failures.push(
      manifestFailure(`${name} is there twice: first at ${formatPlace(there)}`, here, 'remove one of them'),
    );
  }
  return failures;
}

/** Images that no manifest uses and no other image of the project is built from. */
async function unusedImages(
  config: RenderRequest['config'],
  resources: readonly PlacedResource[],
): Promise<readonly string[]> {
  const used = new Set(resources.flatMap((resource) => resource.images));
  const unused = config.images.filter(({ name }) => !used.has(name));
  if (unused.length === 0) return [];
  const needed = new Set(Object.values(await readImageNeeds(config.root, config.images)).flat());
  return unused
    .filter(({ name }) => !needed.has(name))
    .map(({ name }) => `no manifest uses the image ${name}: it is built for nothing`);
}
