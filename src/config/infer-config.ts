import { join, posix } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import type { Config } from './config.ts';
import { inferForwards } from './infer-forwards.ts';
import { findDockerfiles, imagesOf, matchImages } from './infer-images.ts';
import { type FoundManifests, findManifests } from './infer-manifests.ts';
import type { LoadConfigOptions } from './load-config.ts';
import { partialsOf } from './partials-of.ts';
import { nameFromFolder } from './read-entries.ts';
import { loadEnv, loadValues } from './values.ts';

/**
 * A configuration for a project without rockpool.yaml: its manifests, the Dockerfiles that build their images, and a
 * forward for every Service. Says in `inferred` what it found and what it left out. Rejects with a RockpoolError of
 * code NO_CONFIG when there are no manifests.
 */
export async function inferConfig(
  options: Pick<LoadConfigOptions, 'cwd' | 'env' | 'valuesFiles' | 'set'>,
  signal: AbortSignal,
): Promise<Config> {
  signal.throwIfAborted();
  const { cwd: root, valuesFiles = [], set = [] } = options;
  const [found, dockerfiles] = await Promise.all([findManifests(root), findDockerfiles(root)]);
  signal.throwIfAborted();
  if (found.entries.length === 0) throw nothingFound(root, dockerfiles, found);
  const manifests = found.manifests.map(({ manifest }) => manifest);
  const references = [
    ...manifests.flatMap(imagesOf),
    ...found.templates.flatMap(({ source }) => imagesInText(source)),
  ];
  const { images, unmatched } = matchImages(dockerfiles, references, nameFromFolder(root));
  const forwards = inferForwards(manifests);
  const { values, files, problems } = await loadValues({}, { valuesFiles, set, cwd: root });
  if (problems.length > 0) throw new RockpoolError(problems, { exitCode: 2 });
  const env = await loadEnv(root, options.env);
  return {
    root,
    sources: [join(root, 'rockpool.yaml'), env.file, ...files],
    name: nameFromFolder(root),
    contexts: [],
    images,
    manifests: found.entries,
    generated: [],
    partials: partialsOf(found.entries),
    values,
    env: env.env,
    forwards,
    onExit: 'keep',
    warnings: [],
    inferred: [
      `manifests: ${found.entries.join(', ')}`,
      ...images.map((image) => `image ${image.name} from ${image.dockerfile}`),
      ...forwards.map((forward) => `forward ${forward.id} to local port ${forward.local}`),
      ...unmatched.map((file) => `left out: ${file} (no manifest names an image like its folder)`),
      ...found.kustomizations.map(
        (file) => `left out: ${file} (rockpool.yaml can name it: "- kustomize: ${posix.dirname(file)}")`,
      ),
    ],
  };
}

/** What templates write behind `image:` in so many words. */
function imagesInText(source: string): readonly string[] {
  return [...source.matchAll(/^\s*-?\s*image:\s*["']?([a-z0-9][\w./:-]*)/gm)].map(([, image]) => image ?? '');
}

function nothingFound(root: string, dockerfiles: readonly string[], found: FoundManifests): RockpoolError {
  const also = [
    ...(dockerfiles.length > 0 ? [`Dockerfiles: ${dockerfiles.join(', ')}`] : []),
    ...(found.kustomizations.length > 0
      ? [`kustomizations, which a rockpool.yaml can name: ${found.kustomizations.join(', ')}`]
      : []),
  ];
  const seen = also.length === 0 ? '' : ` (found ${also.join('; ')})`;
  return new RockpoolError(
    {
      code: 'NO_CONFIG',
      subject: 'config',
      message: `there is no rockpool.yaml in ${root} or above it, and no Kubernetes manifests to go by${seen}`,
      hint: 'put manifests into k8s/, or write a rockpool.yaml that names them; `rockpool --file` names one elsewhere',
    },
    { exitCode: 2 },
  );
}
