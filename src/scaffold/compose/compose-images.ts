import { parseImageName } from '../../build/image-name.ts';
import { imageSchema } from '../../config/schema.ts';
import type { Value } from './compose-value.ts';
import type { Notes } from './notes.ts';
import { type Build, readBuild } from './read-build.ts';

/** An image that the compose file builds, as rockpool.yaml has it; paths are relative to the project. */
export interface ComposeImage extends Build {
  /** without a tag */
  readonly name: string;
}

export interface ComposeImages {
  /** in the order of the file, each build once */
  readonly images: readonly ComposeImage[];
  /** what each service runs, by its name in the file; absent: nothing that is known */
  readonly byService: ReadonlyMap<string, { readonly image: string; readonly built?: ComposeImage }>;
}

/**
 * The images that services build and run. Services with the same build share one image, and one that names an image that
 * another builds runs that. Pure but for the notes.
 * @param project name of the project, which images without a name of their own begin with
 */
export function composeImages(
  services: ReadonlyMap<string, Value>,
  names: ReadonlyMap<string, string>,
  { project, env, notes }: { project: string; env: Readonly<Record<string, string>>; notes: Notes },
): ComposeImages {
  const images: ComposeImage[] = [];
  const byService = new Map<string, { image: string; built?: ComposeImage }>();
  for (const [service, { map, at }] of services) {
    const given = map?.get('image')?.text;
    const wish = map?.get('build');
    const build = wish && readBuild(service, wish, env, notes);
    if (build) {
      const built = addImage(images, build, nameOf(given), `${project}/${names.get(service) ?? service}`);
      if (!isSame(built, build))
        notes.fail(at, `services.${service}: the image ${built.name} is built in another way, too`);
      byService.set(service, { image: built.name, built });
    } else if (given !== undefined && given !== '') byService.set(service, { image: given });
    else if (!wish) notes.fail(at, `services.${service} has neither image nor build`);
  }
  for (const [service, { image, built }] of byService) {
    const own = built ? undefined : images.find(({ name }) => name === parseImageName(image).repository);
    if (own) byService.set(service, { image: own.name, built: own });
  }
  return { images, byService };
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
