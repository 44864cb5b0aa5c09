import { parseImageName } from '../../build/image-name.ts';
import { imageSchema } from '../../config/schema.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { Value } from './compose-value.ts';
import type { HiddenFiles } from './hidden-files.ts';
import { withSources } from './mounted-sources.ts';
import type { Notes } from './notes.ts';
import { type Build, readBuild } from './read-build.ts';

/** An image that the compose file builds, as rockpool.yaml has it; paths are relative to the project. */
export interface ComposeImage extends Build {
  /** without a tag */
  readonly name: string;
}

interface Naming {
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hidden: HiddenFiles;
  readonly files: ProjectFiles;
  readonly notes: Notes;
}

export interface ComposeImages {
  /** in the order of the file, each build once */
  readonly images: readonly ComposeImage[];
  /** what each service runs, by its name in the file; absent: nothing that is known */
  readonly byService: ReadonlyMap<string, Run>;
}

/**
 * The images that services build and run. Services with the same build share one image, and one that names an image that
 * another builds runs that. Pure but for the notes.
 * @param project name of the project, which images without a name of their own begin with
 */
export function composeImages(
  services: ReadonlyMap<string, Value>,
  names: ReadonlyMap<string, string>,
  { project, env, hidden, files, notes }: Naming,
): ComposeImages {
  const images: ComposeImage[] = [];
  const run = (service: string, value: Value): Run | undefined => {
    const given = value.map?.get('image')?.text;
    const wish = value.map?.get('build');
    const read = wish && readBuild(service, wish, { env, hidden }, notes);
    if (!read) return runOf(service, value, notes);
    const build = withSources(service, value, read, { files, notes });
    const built = addImage(images, build, nameOf(given), `${project}/${names.get(service) ?? service}`);
    if (!isSame(built, build))
      notes.fail(value.at, `services.${service}: the image ${built.name} is built in another way, too`);
    return { image: built.name, built };
  };
  const found = [...services].map(([service, value]) => [service, run(service, value)] as const);
  const byService = found.flatMap(([service, runs]) =>
    runs ? [[service, ownImage(runs, images)] as const] : [],
  );
  return { images, byService: new Map(byService) };
}

interface Run {
  readonly image: string;
  readonly built?: ComposeImage;
}

/** What a service runs that is not built. */
function runOf(service: string, { map, at }: Value, notes: Notes): Run | undefined {
  const image = map?.get('image')?.text;
  if (image !== undefined && image !== '') return { image };
  if (image !== undefined) notes.leave(at, `${service}: it is left out, since its image has no name`);
  else if (!map?.has('build')) notes.fail(at, `services.${service} has neither image nor build`);
  return undefined;
}

/** A service may name the image that another one builds. */
function ownImage(runs: Run, images: readonly ComposeImage[]): Run {
  const built = images.find(({ name }) => name === parseImageName(runs.image).repository);
  return built ? { image: built.name, built } : runs;
}

/** A name that Docker takes, without the tag. */
function nameOf(given: string | undefined): string | undefined {
  const name = given === undefined ? '' : parseImageName(given).repository;
  return imageSchema.shape.name.safeParse(name).success ? name : undefined;
}

function addImage(
  images: ComposeImage[],
  build: Build,
  given: string | undefined,
  own: string,
): ComposeImage {
  const found = images.find((image) => (given === undefined ? isSame(image, build) : image.name === given));
  if (found) return found;
  const image = { name: given ?? own, ...build };
  images.push(image);
  return image;
}

function isSame(a: Build, b: Build): boolean {
  const key = ({ context, dockerfile, target, args }: Build) =>
    JSON.stringify([context, dockerfile, target, Object.entries(args).sort()]);
  return key(a) === key(b);
}
