import type { Path } from '../config/located-tree.ts';
import type { Places } from '../session/failure.ts';
import { isMap, type Manifest } from './manifest.ts';
import { podTemplatePath } from './pod-templates.ts';
import type { RenderedResource } from './render.ts';

/**
 * Where a manifest writes what a failure may be due to, by the names that `Places` gives it. Only fields that are there;
 * the values themselves are not told.
 */
export async function findPlaces(resource: Pick<RenderedResource, 'manifest' | 'locate'>): Promise<Places> {
  const paths = [...pathsOf(resource.manifest)];
  const places = await Promise.all(
    paths.map(async ([what, path]) => [what, await resource.locate(path)] as const),
  );
  return Object.fromEntries(places);
}

type Named = readonly [what: string, path: Path];

/** The first path of each name counts. */
function pathsOf(manifest: Manifest): ReadonlyMap<string, Path> {
  const template = podTemplatePath(manifest);
  const found: Named[] = [
    ['', ['metadata', 'name']],
    ...(template ? templatePaths(manifest, template) : []),
    ...(manifest.kind === 'Service' ? servicePaths(manifest) : []),
  ];
  const paths = new Map<string, Path>();
  for (const [what, path] of found) {
    if (!paths.has(what) && valueIn(manifest, path) !== undefined) paths.set(what, path);
  }
  return paths;
}

function servicePaths(manifest: Manifest): Named[] {
  const ports = itemsAt(manifest, ['spec', 'ports']).map(({ item, path }): Named => {
    const field = item['targetPort'] === undefined ? 'port' : 'targetPort';
    return [`targetPort:${item['port']}`, [...path, field]];
  });
  return [['selector', ['spec', 'selector']], ...ports];
}

function templatePaths(manifest: Manifest, template: Path): Named[] {
  const spec = [...template, 'spec'];
  return [
    ['replicas', ['spec', 'replicas']],
    ['template', spec],
    ['scheduler', [...spec, 'schedulerName']],
    ['serviceAccount', [...spec, 'serviceAccountName']],
    ['nodeSelector', [...spec, 'nodeSelector']],
    ['affinity', [...spec, 'affinity']],
    ['tolerations', [...spec, 'tolerations']],
    ...['initContainers', 'containers'].flatMap((field) =>
      itemsAt(manifest, [...spec, field]).flatMap((container) => containerPaths(manifest, container)),
    ),
    ...itemsAt(manifest, [...spec, 'volumes']).flatMap(volumePaths),
  ];
}

interface Item {
  readonly item: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

function itemsAt(manifest: Manifest, path: Path): Item[] {
  const list = valueIn(manifest, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => (isMap(item) ? [{ item, path: [...path, index] }] : []));
}

function containerPaths(manifest: Manifest, { item, path }: Item): Named[] {
  const name = String(item['name']);
  const requests = (resource: string): Named => [
    `${resource}:${name}`,
    [...path, 'resources', 'requests', resource],
  ];
  return [
    [`container:${name}`, [...path, 'name']],
    [`image:${name}`, [...path, 'image']],
    [`command:${name}`, [...path, 'command']],
    [`command:${name}`, [...path, 'args']],
    [`ports:${name}`, [...path, 'ports']],
    [`memory:${name}`, [...path, 'resources', 'limits', 'memory']],
    requests('cpu'),
    requests('memory'),
    [`resources:${name}`, [...path, 'resources']],
    [`readiness:${name}`, [...path, 'readinessProbe']],
    [`liveness:${name}`, [...path, 'livenessProbe']],
    [`startup:${name}`, [...path, 'startupProbe']],
    ...itemsAt(manifest, [...path, 'envFrom']).flatMap(envFromPaths),
    ...itemsAt(manifest, [...path, 'env']).flatMap(envPaths),
  ];
}

function envFromPaths({ item, path }: Item): Named[] {
  return reference(item['configMapRef'], 'ConfigMap', [...path, 'configMapRef'], 'name').concat(
    reference(item['secretRef'], 'Secret', [...path, 'secretRef'], 'name'),
  );
}

function envPaths({ item, path }: Item): Named[] {
  const from = item['valueFrom'];
  if (!isMap(from)) return [];
  const at = [...path, 'valueFrom'];
  return reference(from['configMapKeyRef'], 'ConfigMap', [...at, 'configMapKeyRef'], 'name').concat(
    reference(from['secretKeyRef'], 'Secret', [...at, 'secretKeyRef'], 'name'),
  );
}

function volumePaths({ item, path }: Item): Named[] {
  return [
    ...reference(item['configMap'], 'ConfigMap', [...path, 'configMap'], 'name'),
    ...reference(item['secret'], 'Secret', [...path, 'secret'], 'secretName'),
    ...reference(
      item['persistentVolumeClaim'],
      'PersistentVolumeClaim',
      [...path, 'persistentVolumeClaim'],
      'claimName',
    ),
    [`volume:${item['name']}`, [...path, 'name']],
  ];
}

/** Where another object is named, and a key of it. */
function reference(value: unknown, kind: string, path: Path, field: string): Named[] {
  if (!isMap(value)) return [];
  const name: Named = [`${kind}:${value[field]}`, [...path, field]];
  return value['key'] === undefined
    ? [name]
    : [name, [`${kind}:${value[field]}/${value['key']}`, [...path, 'key']]];
}

function valueIn(target: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
    return isMap(value) ? value[step] : undefined;
  }, target);
}
