import { posix } from 'node:path';
import { parseImageName } from '../../build/image-name.ts';
import { nameFromFolder } from '../../config/read-entries.ts';
import { dockerfileStem } from '../survey/find-dockerfiles.ts';
import { isOwn } from './is-own.ts';

/** A Dockerfile and what it may be called by. */
export interface Candidate {
  readonly dockerfile: string;
  /** images that somebody builds it as */
  readonly builtAs: readonly string[];
  /** names, the most telling first */
  readonly names: readonly string[];
  /** it is known what it builds: somebody gave that a name, or another Dockerfile is built from it */
  readonly isTaken?: boolean;
}

export interface Wanted {
  /** as the manifests write it, without tag and digest */
  readonly repository: string;
  /** names of the workloads and containers that run it */
  readonly names: readonly string[];
}

export interface Match {
  readonly repository: string;
  /** those that fit equally well, the likeliest first */
  readonly dockerfiles: readonly string[];
  readonly why: string;
  /** nothing names the two together */
  readonly isGuess: boolean;
}

/**
 * Which Dockerfiles build which of the images that manifests run: the surest way first, each image and each Dockerfile
 * once. Pure.
 */
export function matchImages(candidates: readonly Candidate[], wanted: readonly Wanted[]): readonly Match[] {
  const matches = new Map<string, Match>();
  const used = new Set<string>();
  const claim = (repository: string, dockerfiles: readonly string[], why: string, isGuess = false) => {
    matches.set(repository, { repository, dockerfiles, why, isGuess });
    for (const dockerfile of dockerfiles) used.add(dockerfile);
  };
  for (const { fits, why } of WAYS) {
    for (const image of wanted.filter(({ repository }) => !matches.has(repository))) {
      const fitting = candidates.filter(
        (candidate) => !used.has(candidate.dockerfile) && fits(image, candidate),
      );
      if (fitting.length > 0) claim(image.repository, inOrder(fitting), why);
    }
  }
  const left = candidates.filter(
    ({ dockerfile, isTaken }) => !used.has(dockerfile) && !isTaken && !isTool(dockerfile),
  );
  const own = wanted.filter(({ repository }) => !matches.has(repository) && isOwn(repository));
  const [first] = own;
  if (first && own.length === 1 && left.length > 0 && isOneProgram(left)) {
    claim(
      first.repository,
      inOrder(left),
      'nothing else is left to build it, and it builds nothing else',
      true,
    );
  }
  return wanted.flatMap(({ repository }) => matches.get(repository) ?? []);
}

/**
 * What a Dockerfile may be called by: its own name, its folder's, its build context's, and for one at the top the project's. Pure.
 * @param program what the program in its context calls itself
 */
export function namesOf(
  dockerfile: string,
  context: string,
  project: string,
  program?: string,
): readonly string[] {
  const stem = dockerfileStem(dockerfile);
  const folders = [posix.dirname(dockerfile), context].map((folder) =>
    folder === '.' ? project : meaningful(folder),
  );
  const own = stem !== undefined && !isVariant(stem) ? [stem] : [];
  const rest = own.length > 0 ? folders.filter((folder) => folder !== project) : [...folders, program];
  return [...new Set([...own, ...rest].flatMap((name) => (name ? nameFromFolder(name) : [])))];
}

/** Whether the rest of a Dockerfile's name says which variant of one image it is, not which image. Pure. */
function isVariant(stem: string): boolean {
  return /^(?:dev|develop|development|local|debug|hot|watch|prod|production|prd|release|test|tests|testing|ci|staging|build|builder|alpine|slim|debian|ubuntu|distroless|scratch|windows|linux|arm|arm64|arm64v8|amd64|x86_64|multi|multistage|base|simple|optimized)$/i.test(
    stem,
  );
}

/** A folder that only says that Dockerfiles are in it gives its name to nothing. */
function meaningful(folder: string): string | undefined {
  const parts = folder
    .split('/')
    .filter(
      (part) =>
        !/^(?:\.?docker|dockerfiles?|containers?|build|package|deploy|images?|src|app|code)$/i.test(part),
    );
  return parts.at(-1);
}

interface Way {
  readonly fits: (image: Wanted, candidate: Candidate) => boolean;
  readonly why: string;
}

const WAYS: readonly Way[] = [
  {
    why: 'it is built under that name',
    fits: ({ repository }, { builtAs }) => builtAs.some((name) => same(name, repository)),
  },
  {
    why: 'it is built under a name that ends alike',
    fits: ({ repository }, { builtAs }) => builtAs.some((name) => lastPart(name) === lastPart(repository)),
  },
  {
    why: 'it is called like the image',
    fits: ({ repository }, { names }) => names.includes(lastPart(repository)),
  },
  ...[endsWith, startsWith].map((isAfter) => ({
    why: 'the image is called after it',
    fits: ({ repository }: Wanted, { names }: Candidate) =>
      isOwn(repository) && names.some((name) => isAfter(lastPart(repository), name)),
  })),
  {
    why: 'the workload that runs it is called alike',
    fits: (image, { names }) => isOwn(image.repository) && image.names.some((name) => names.includes(name)),
  },
];

const same = (a: string, b: string): boolean => parseImageName(a).repository === parseImageName(b).repository;

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1).toLowerCase();

/** `shop-web` is after `web`, and `web` after `shop-web`. */
function endsWith(image: string, name: string): boolean {
  return image.endsWith(`-${name}`) || image.endsWith(`_${name}`) || name.endsWith(`-${image}`);
}

/** `web-service` is after `web`. */
function startsWith(image: string, name: string): boolean {
  return image.startsWith(`${name}-`) || image.startsWith(`${name}_`) || name.startsWith(`${image}-`);
}

/** What is for working on a project is none of its programs. */
const isTool = (dockerfile: string): boolean =>
  /(?:^|\/)(?:tools?|scripts?|ci|lint|build-image|toolchain|tests?|e2e|dev-?container|docs?)(?:\/|$)/i.test(
    posix.dirname(dockerfile),
  );

/** Variants of one image lie in one folder. */
const isOneProgram = (candidates: readonly Candidate[]): boolean =>
  new Set(candidates.map(({ names }) => names.join())).size === 1;

/** A plain Dockerfile before its variants. */
const inOrder = (candidates: readonly Candidate[]): readonly string[] =>
  candidates.map(({ dockerfile }) => dockerfile).sort((a, b) => a.length - b.length || a.localeCompare(b));
