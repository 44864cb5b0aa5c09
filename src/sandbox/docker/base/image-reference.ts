/** A reference to an image, taken apart. */
export interface ImageReference {
  /** without `docker.io/` and `library/` */
  readonly name: string;
  readonly tag: string;
  readonly digest?: string;
}

/** `docker.io/library/node:24@sha256:…` is `node`, `24` and the digest. Pure. */
export function parseReference(ref: string): ImageReference {
  const [path = '', digest] = ref.split('@', 2);
  const [, long = path, tag = 'latest'] = /^(.+?)(?::([\w][\w.-]*))?$/.exec(path) ?? [];
  const name = long.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  return { name, tag, ...(digest === undefined ? {} : { digest }) };
}

/** As BuildKit and the registries write it: `docker.io/library/node:24`. Pure. */
export function canonicalName(ref: string): string {
  const { name, tag, digest } = parseReference(ref);
  const [host = ''] = name.split('/');
  const hasHost = name.includes('/') && (/[.:]/.test(host) || host === 'localhost');
  const long = hasHost ? name : `docker.io/${name.includes('/') ? '' : 'library/'}${name}`;
  return `${long}:${tag}${digest === undefined ? '' : `@${digest}`}`;
}
