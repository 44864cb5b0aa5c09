import type { Values } from '../config/config.ts';
import type { GitFacts } from './git-facts.ts';

/** What a template can name. */
export interface TemplateVariables {
  readonly name: string;
  readonly namespace?: string;
  readonly values: Values;
  readonly env: Readonly<Record<string, string>>;
  readonly git: GitFacts;
  /** the project's images by name, with their refs; undefined: not built yet */
  readonly images?: Readonly<Record<string, string | undefined>>;
}

/** The tag that stands for an image that is not built yet. Manifests that name it are held back, never applied. */
const NOT_BUILT = 'not-built-yet';

/** What `images.<name>.ref` renders to until the image is built. */
export function unbuiltRef(image: string): string {
  return `${image}:${NOT_BUILT}`;
}

/** The scope as Liquid takes it. `asked` hears of every image that is named and not built yet. */
export function liquidScope(
  variables: TemplateVariables,
  asked: (image: string) => void,
): Record<string, unknown> {
  const { name, namespace, values, env, git, images = {} } = variables;
  const scope: Record<string, unknown> = { name, values, env, git: { ...git } };
  if (namespace !== undefined) scope.namespace = namespace;
  scope.images = Object.fromEntries(
    Object.entries(images).map(([image, ref]) => [image, { ref: refOf(image, ref, asked) }]),
  );
  return scope;
}

/** A function, because Liquid calls it only when the ref is really used. */
function refOf(image: string, ref: string | undefined, asked: (image: string) => void): () => string {
  return () => {
    if (ref === undefined) asked(image);
    return ref ?? unbuiltRef(image);
  };
}

/** Every variable by its name as a template writes it, for suggestions: values and all. Bounded. */
export function variableNames(variables: TemplateVariables): readonly string[] {
  const { values, env, images = {} } = variables;
  return [
    'name',
    ...(variables.namespace === undefined ? [] : ['namespace']),
    'git.short',
    'git.branch',
    'git.dirty',
    ...Object.keys(images).map((image) => `images.${image}`),
    ...paths(values, 'values', 4),
    ...Object.keys(env).map((key) => `env.${key}`),
  ].slice(0, 2000);
}

function paths(value: unknown, prefix: string, depth: number): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}.${key}`,
    ...paths(inner, `${prefix}.${key}`, depth - 1),
  ]);
}
