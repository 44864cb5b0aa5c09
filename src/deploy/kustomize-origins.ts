import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Path } from '../config/located-tree.ts';
import type { SourcePlace } from '../session/failure.ts';
import { isMap, type Manifest } from './manifest.ts';
import { nameFile } from './manifest-files.ts';
import { type ParsedManifest, parseManifests } from './parse-manifests.ts';

export interface KustomizeOriginsOptions {
  /** absolute: what the kustomization is rendered from */
  readonly files: readonly string[];
  /** of the kustomization itself, for what no file has */
  readonly fallback: SourcePlace;
  /** absolute path of the project */
  readonly root: string;
}

/** Finds the place of a field of a rendered object in the files of its kustomization. */
export type KustomizeOrigins = (manifest: Manifest, path: Path) => Promise<SourcePlace>;

/**
 * kustomize does not tell where an object comes from. It is looked for by kind and name, which a prefix or suffix may
 * have been added to: the file that has the field with the same value, be it a patch, else one that has the field.
 */
export function createKustomizeOrigins({ files, fallback, root }: KustomizeOriginsOptions): KustomizeOrigins {
  let reading: Promise<readonly ParsedManifest[]> | undefined;
  const readAll = async () => {
    const named = files.filter((file) => /\.(ya?ml|json)$/.test(file));
    return (await Promise.all(named.map((file) => readManifests(file, root)))).flat();
  };
  return async (manifest, path) => {
    reading ??= readAll();
    const origins = originsOf(manifest, await reading);
    const found = origins.flatMap((origin) => {
      const own = pathIn(origin.manifest, manifest, path);
      return own ? [{ origin, own }] : [];
    });
    const wanted = valueIn(manifest, path);
    const same = found.find(({ origin, own }) => isDeepStrictEqual(valueIn(origin.manifest, own), wanted));
    const best = same ?? found[0];
    if (best) return best.origin.locate(best.own);
    return origins[0]?.place ?? fallback;
  };
}

/** Not what kustomize itself reads; what is no valid manifest is kustomize's to refuse. */
async function readManifests(file: string, root: string): Promise<readonly ParsedManifest[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parseManifests(text, nameFile(root, file)).manifests;
}

/** Those of the same kind whose name is in the object's; only the ones with the longest such name. */
function originsOf({ kind, metadata }: Manifest, all: readonly ParsedManifest[]): readonly ParsedManifest[] {
  const fitting = all.filter(
    ({ manifest }) => manifest.kind === kind && metadata.name.includes(manifest.metadata.name),
  );
  const longest = Math.max(...fitting.map(({ manifest }) => manifest.metadata.name.length));
  return fitting.filter(({ manifest }) => manifest.metadata.name.length === longest);
}

/** The path of the same field in another object: items of lists are known by their names, where they have some. */
function pathIn(origin: unknown, rendered: unknown, path: Path): Path | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return [];
  const next = child(rendered, step);
  const own = typeof step === 'number' && Array.isArray(origin) ? indexOf(origin, next, step) : step;
  const inner = child(origin, own);
  if (inner === undefined) return undefined;
  const below = pathIn(inner, next, rest);
  return below && [own, ...below];
}

function indexOf(list: readonly unknown[], item: unknown, index: number): number {
  const name = isMap(item) ? item['name'] : undefined;
  return name === undefined ? index : list.findIndex((other) => isMap(other) && other['name'] === name);
}

const valueIn = (value: unknown, path: Path): unknown => path.reduce(child, value);

function child(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isMap(value) ? value[step] : undefined;
}
