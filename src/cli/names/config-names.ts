import { readFile } from 'node:fs/promises';
import { readConfigTree } from '../../config/config-tree.ts';
import { findConfig } from '../../config/find-config.ts';
import { parseForward } from '../../config/forward-spec.ts';
import { toValue } from '../../config/located-tree.ts';
import { forwardSchema } from '../../config/schema.ts';
import type { ProjectNames } from './project-names.ts';

export interface ConfigNames extends Pick<ProjectNames, 'images' | 'forwards'> {
  readonly profiles: readonly string[];
  readonly namespaces: readonly string[];
}

/** The names in rockpool.yaml, whatever else is wrong with it; none without one. */
export async function configNames(file: string | undefined, cwd: string): Promise<ConfigNames> {
  const path = await findConfig(cwd, file);
  const source = path === undefined ? '' : await readFile(path, 'utf8');
  const root = toValue(readConfigTree(source, 'rockpool.yaml').root);
  const { images, forwards, profiles, namespace } = asMap(root);
  return {
    images: asList(images).flatMap((image) => textOf(asMap(image)['name'])),
    forwards: asList(forwards).flatMap((forward) => {
      const parsed = forwardSchema.safeParse(forward);
      const spec = parsed.success ? parseForward(parsed.data) : undefined;
      return spec && 'id' in spec ? [{ value: spec.id }] : [];
    }),
    profiles: Object.keys(asMap(profiles)),
    namespaces: textOf(namespace),
  };
}

const asMap = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);
