/** A reference to an image, taken apart. `repository` is as people write it: `node`, not `docker.io/library/node`. */
export interface ImageName {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes `[host[:port]/]path[:tag][@digest]` apart. Pure; never fails: what is no tag stays part of the repository. */
export function parseImageName(ref: string): ImageName {
  const [named = '', digest] = ref.split('@', 2);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  return {
    repository: familiar(tagged ? named.slice(0, colon) : named),
    ...(tagged ? { tag: named.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Whether a FROM or COPY --from reference means an image of the project. Its tag does not count: `FROM shop/base:dev`
 * takes the newest build of `shop/base`. A digest pins a published image, and is left alone. Pure.
 */
export function namesImage(ref: string, image: string): boolean {
  const { repository, digest } = parseImageName(ref);
  return digest === undefined && repository === parseImageName(image).repository;
}

function familiar(repository: string): string {
  return repository.replace(/^(?:docker\.io|index\.docker\.io)\//, '').replace(/^library\/(?=[^/]+$)/, '');
}
