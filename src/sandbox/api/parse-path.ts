/** What a path below /api or /apis asks for. */
export interface ApiPath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** absent: of all namespaces, or of none */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** Undefined: it is no path of objects. Pure. */
export function parsePath(path: string): ApiPath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, ...rest] = parts.map(decodeURIComponent);
  if (root === 'api') return inVersion('', rest);
  const [group, ...more] = rest;
  return root === 'apis' && group !== undefined ? inVersion(group, more) : undefined;
}

function inVersion(group: string, [version, ...rest]: readonly (string | undefined)[]): ApiPath | undefined {
  if (version === undefined || rest.length === 0) return undefined;
  const isInNamespace = rest[0] === 'namespaces' && rest[2] !== undefined && !NAMESPACE_PARTS.has(rest[2]);
  const [plural, name, ...below] = isInNamespace ? rest.slice(2) : rest;
  if (plural === undefined || below.length > 1) return undefined;
  const [subresource] = below;
  return {
    ...{ group, version, plural },
    ...(isInNamespace && rest[1] !== undefined ? { namespace: rest[1] } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** `namespaces/shop/status` is a part of the namespace itself. */
const NAMESPACE_PARTS: ReadonlySet<string> = new Set(['status', 'finalize']);
