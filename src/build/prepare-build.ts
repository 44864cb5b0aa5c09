import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import { type ContextEntry, isTagged, listContext } from './build-context.ts';
import { contentTag } from './content-tag.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import { type Dockerfile, imagesOf, parseDockerfile, type Stage, stagesFor } from './dockerfile.ts';
import type { FileHashes } from './file-hashes.ts';
import { hashContext } from './hash-context.ts';
import { namesImage } from './image-name.ts';
import type { ImageSpec } from './image-spec.ts';
import { type ReadIgnore, readDockerIgnore } from './read-docker-ignore.ts';
import { replaceRefs } from './replace-refs.ts';

/** All that a builder needs to know of one build. */
export interface PreparedBuild {
  readonly spec: ImageSpec;
  /** name:tag, the tag being a hash of what goes in */
  readonly ref: string;
  /** the context, absolute */
  readonly folder: string;
  readonly entries: readonly ContextEntry[];
  /** of the context's files, by path */
  readonly hashes: ReadonlyMap<string, string>;
  /** the Dockerfile as written, and with images of the project replaced by their refs */
  readonly source: string;
  readonly sent: string;
  readonly parsed: Dockerfile;
  readonly ignore: ReadIgnore;
  /** images that the daemon does not have: they come from a registry */
  readonly missing: readonly string[];
}

export interface PrepareOptions {
  readonly spec: ImageSpec;
  /** the project, absolute */
  readonly root: string;
  /** of the images of the project that this one needs */
  readonly refs: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly daemon: DockerDaemon;
  readonly hashes: FileHashes;
  /** the ref in the registry that the nodes pull from; default: the image's own */
  rewrite?(ref: string): string;
}

/**
 * Lists and hashes what an image is built from and names the result. Rejects with ContextChanged when a file was
 * written meanwhile, with a RockpoolError: DOCKERFILE_MISSING, BASE_NOT_BUILT, and those of listContext.
 */
export async function prepareBuild(options: PrepareOptions, signal: AbortSignal): Promise<PreparedBuild> {
  const { spec, root, hashes, rewrite = (ref) => ref } = options;
  const folder = join(root, spec.context);
  const dockerfile = join(root, spec.dockerfile);
  const source = await readDockerfile(spec, dockerfile);
  const parsed = parseDockerfile(source, spec.args, spec.platform ?? hostPlatform());
  const ignore = await readDockerIgnore(folder, dockerfile, [...spec.ignore, ...ownFolder(root, folder)]);
  const always = [relative(folder, dockerfile)].filter((path) => !path.startsWith('..'));
  const listing = async () => {
    const entries = await listContext({ folder, ignore: ignore.ignore, always }, signal);
    return { entries, files: await hashContext(folder, entries.filter(isTagged), hashes, signal) };
  };
  const [{ entries, files }, { images, missing, sent }, others] = await Promise.all([
    listing(),
    resolveImages(source, parsed, options, signal),
    hashNamedContexts(options, signal),
  ]);
  const tag = contentTag(
    {
      entries: [...entries.filter(isTagged).map((entry) => toTagEntry(entry, files)), ...others],
      dockerfile: source,
      target: spec.target,
      args: spec.args,
      platform: spec.platform,
      images,
    },
    (text) => createHash('sha256').update(text).digest('hex'),
  );
  return {
    spec,
    ref: rewrite(`${spec.name}:${tag}`),
    folder,
    entries,
    hashes: files,
    source,
    sent,
    parsed,
    ignore,
    missing,
  };
}

/** Our own folder is never sent: the session writes to it all the time. */
function ownFolder(root: string, folder: string): string[] {
  const own = relative(folder, join(root, '.rockpool'));
  return own.startsWith('..') ? [] : [`/${own}`];
}

/** Where a Docker Engine on this machine runs its images, as far as Dockerfiles ask: TARGETARCH and its like. */
function hostPlatform(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `linux/${names[process.arch] ?? process.arch}`;
}

async function readDockerfile(spec: ImageSpec, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const gone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new RockpoolError(
      {
        code: 'DOCKERFILE_MISSING',
        subject: `image/${spec.name}`,
        message: gone
          ? `There is no Dockerfile ${spec.dockerfile} for ${spec.name} (looked for ${path}).`
          : `${spec.dockerfile} cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
        hint: 'Name the right one with the image’s `dockerfile` in rockpool.yaml; it is relative to that file.',
        at: { file: spec.dockerfile },
      },
      { cause },
    );
  }
}

/** What each image that the Dockerfile names is now. */
async function resolveImages(
  source: string,
  parsed: Dockerfile,
  { spec, names, refs, daemon }: PrepareOptions,
  signal: AbortSignal,
) {
  const stages: readonly Stage[] = stagesFor(parsed, spec.target) ?? parsed.stages;
  const uses = imagesOf(parsed, stages, Object.keys(spec.contexts));
  const built = new Map<(typeof uses)[number], string>();
  for (const use of uses) {
    const name = names.find((candidate) => candidate !== spec.name && namesImage(use.ref, candidate));
    if (name === undefined) continue;
    const ref = refs[name];
    if (ref === undefined) throw new RockpoolError(notBuilt(spec, name, use.line));
    built.set(use, ref);
  }
  const foreign = [...new Set(uses.filter((use) => !built.has(use)).map(({ ref }) => ref))];
  const ids = await Promise.all(foreign.map((ref) => daemon.imageId(ref, signal)));
  const images = foreign.map((ref, index): [string, string] => [ref, ids[index] ?? ref]);
  return {
    images: Object.fromEntries([
      ...images,
      ...[...built].map(([use, ref]): [string, string] => [use.ref, ref]),
    ]),
    missing: foreign.filter((_, index) => ids[index] === undefined),
    sent: replaceRefs(source, built),
  };
}

function toTagEntry({ path, kind, mode, target }: ContextEntry, files: ReadonlyMap<string, string>) {
  return { path, kind, mode, content: target ?? files.get(path) ?? '' };
}

/** The files of further build contexts that are folders; others are in the tag by what the configuration says of them. */
async function hashNamedContexts({ spec, root, hashes }: PrepareOptions, signal: AbortSignal) {
  const lists = Object.entries(spec.contexts).map(async ([name, value]) => {
    const setting = { path: `${name}:`, kind: 'directory' as const, mode: 0, content: value };
    if (/^[a-z-]+:\/\//.test(value)) return [setting];
    const folder = join(root, value);
    const { ignore } = await readDockerIgnore(folder, join(folder, 'Dockerfile'));
    const entries = await listContext({ folder, ignore, always: [] }, signal);
    const files = await hashContext(folder, entries, hashes, signal);
    return [
      setting,
      ...entries.map((entry) => ({ ...toTagEntry(entry, files), path: `${name}:${entry.path}` })),
    ];
  });
  return (await Promise.all(lists)).flat();
}

function notBuilt(spec: ImageSpec, name: string, line: number) {
  return {
    code: 'BASE_NOT_BUILT',
    subject: `image/${spec.name}`,
    message: `${spec.dockerfile} builds on ${name}, an image of this project that is not built yet.`,
    hint: 'Save rockpool.yaml, so that the order of the images is worked out again.',
    at: { file: spec.dockerfile, line },
  };
}
