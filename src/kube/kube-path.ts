/** A kind as the apiserver serves it. */
export interface ResourceType {
  /** empty for the core group */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Where an object or a list of them is. */
export interface ResourcePlace {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/**
 * The encoded path of a resource, or of a list when `name` is absent; a namespaced type without `namespace` means
 * all namespaces, which only a list can. Pure. Throws a TypeError for a name without its namespace.
 */
export function resourcePath(
  type: Pick<ResourceType, 'group' | 'version' | 'plural' | 'namespaced'>,
  place: ResourcePlace = {},
): string {
  const { namespace, name, subresource } = place;
  if (type.namespaced && name !== undefined && !namespace) {
    throw new TypeError(`${type.plural}/${name} is namespaced and no namespace was given`);
  }
  const root = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  const within = type.namespaced && namespace ? ['namespaces', namespace] : [];
  const parts = [...root, ...within, type.plural, name, subresource];
  return parts.flatMap((part) => (part === undefined ? [] : [`/${encodeSegment(part)}`])).join('');
}

/** `group/version`, or the version alone for the core group. Pure. */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The two halves of an apiVersion. Pure. */
export function parseApiVersion(apiVersion: string): Pick<ResourceType, 'group' | 'version'> {
  const slash = apiVersion.indexOf('/');
  return slash === -1
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** RBAC names hold colons and capitals (`system:node`): kept, as kubectl does. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}
